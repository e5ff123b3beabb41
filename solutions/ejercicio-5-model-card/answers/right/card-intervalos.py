# A card with a confidence interval beside each recall, in the table.
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]


def con_intervalo(f, positivos):
    bajo, alto = proportion_confint(f["recall"] * positivos, positivos, method="wilson")
    return f"{f['recall']:.3f} (IC 95 %: {bajo:.2f} a {alto:.2f})"


positivos = evidencia.groupby("sexo")["y_true"].sum()
filas = [("Global", t, positivos.sum()), ("Mujer", m, positivos["mujer"]), ("Varón", v, positivos["varón"])]
tabla = "| Grupo | Exactitud | Recall |\n|---|---|---|\n" + "\n".join(
    f"| {g} | {f['exactitud']:.3f} | {con_intervalo(f, n)} |" for g, f, n in filas
)
text = antes + tabla + despues

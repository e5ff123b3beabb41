# A card with one table for the whole and one for each factor, each below its heading.
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]


def tabla_de(filas):
    cabeza = "| | Casos | Exactitud | Recall |\n|---|---|---|---|\n"
    return cabeza + "\n".join(
        f"| {g} | {f['n']:.0f} | {f['exactitud']:.2f} | {f['recall']:.2f} |".replace(".", ",")
        for g, f in filas
    )


text = antes + "### En el total\n\n" + tabla_de([("Todos", t)])
for factor in ("sexo", "clase", "edad"):
    text += f"\n\n### Por {factor}\n\n" + tabla_de(metricas_por_grupo(evidencia, factor).iterrows())
text += despues

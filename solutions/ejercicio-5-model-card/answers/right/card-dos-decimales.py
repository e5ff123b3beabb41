# A card with two decimals, groups in bold and plural, and the sizes beside the names.
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]
filas = [("**Global**", t), ("**Mujeres**", m), ("**Varones**", v)]
tabla = "| Subgrupo | Accuracy | Recall |\n|:--|:-:|:-:|\n" + "\n".join(
    f"| {g} (n = {f['n']:.0f}) | **{f['exactitud']:.2f}** | {f['recall']:.2f} |" for g, f in filas
)
text = antes + tabla + despues

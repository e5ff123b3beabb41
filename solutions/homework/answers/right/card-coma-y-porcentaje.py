# Figures as people print them: decimal commas in one table, percentages in another.
# %% file MODEL_CARD.md
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
con_comas = en_markdown(tabla).replace(".", ",")
filas = ["| Grupo | Exactitud (%) | Recall |", "|:--|--:|--:|"]
for grupo in ("Global", "region = NEA", "edad < 27"):
    exactitud, recall = (f"{100 * tabla.loc[grupo, m]:.1f}".replace(".", ",") for m in ("Exactitud", "Recall"))
    filas.append(f"| **{grupo}** | {exactitud} | {recall} % |")
text = reference[:inicio] + con_comas + "\n\nEn resumen:\n\n" + "\n".join(filas) + "\n\n" + reference[fin:]

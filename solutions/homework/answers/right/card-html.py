# The table in HTML, and a section that unfolds.
# %% file MODEL_CARD.md
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
filas = [["Grupo", *tabla.columns]]
filas += [[grupo, *("" if np.isnan(x) else f"{x:.3f}" if c != "Casos" else f"{x:.0f}" for c, x in fila.items())]
          for grupo, fila in tabla.iterrows()]
html = "<table>\n" + "\n".join(
    "<tr>" + "".join(f"<td>{celda.replace('<', '&lt;')}</td>" for celda in fila) + "</tr>" for fila in filas
) + "\n</table>"
text = reference[:inicio] + html + "\n\n" + reference[fin:]
etica = text.index("- **Quién puede salir")
text = text[:etica] + "<details><summary>Abrir</summary>\n\n" + text[etica:].replace("\n## 7.", "\n</details>\n\n## 7.")

# A table for the whole and one for each factor, with the levels alone in their rows.
# %% file MODEL_CARD.md
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
text = reference[:inicio] + en_markdown(tabla.loc[["Global"]])
for factor in ("genero", "region"):
    niveles = tabla[tabla.index.str.startswith(f"{factor} =")]
    niveles = niveles.set_axis(niveles.index.str.replace(f"{factor} = ", ""))
    text += f"\n\n### Por {factor}\n\n" + en_markdown(niveles).replace("| Grupo |", f"| {factor} |")
text += "\n\n" + reference[fin:]

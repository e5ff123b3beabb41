# A section that says nothing.
# loses: card_has_ethical_considerations
# says: Línea
# %% file MODEL_CARD.md
inicio = reference.index("- **Quién puede salir")
text = reference[:inicio] + "No aplica.\n\n" + reference[reference.index("## 7.") :]

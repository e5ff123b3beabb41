# A section that says nothing.
# loses: card_has_ethical_considerations
# says: Línea
# %% file MODEL_CARD.md
inicio = referencia.index("- **Quién puede salir")
texto = referencia[:inicio] + "No aplica.\n\n" + referencia[referencia.index("## 7.") :]

# Names no use that is out of scope.
# loses: card_says_what_is_out_of_scope
# says: alcance
# %% file MODEL_CARD.md
inicio, fin = reference.index("- Rechazar solicitudes"), reference.index("## 3.")
text = reference[:inicio] + "Cualquier uso fuera de su alcance previsto.\n\n" + reference[fin:]

# Does not say what is out of scope.
# loses: card_says_what_is_out_of_scope
# says: alcance
# %% file MODEL_CARD.md
inicio, fin = reference.index("### Usos fuera"), reference.index("## 3.")
text = reference[:inicio] + reference[fin:]

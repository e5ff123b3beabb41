# Does not say what is out of scope.
# loses: card_says_what_is_out_of_scope
# says: no se debe
# %% file MODEL_CARD.md
inicio, fin = reference.index("### Usos fuera"), reference.index("## 3.")
text = (reference[:inicio] + reference[fin:]).replace(
    " y se dejó fuera de alcance la decisión\n  automática", ""
)

# Promises to measure by subgroup.
# loses: card_measures_a_subgroup, card_is_true_of_the_saved_model
# says: subgrupo
# %% file MODEL_CARD.md
antes, despues = reference.split("| Grupo |")[0], reference[reference.index("## 6.") :]
text = antes + (
    "La exactitud es 0,811, el recall 0,503 y el AUC 0,846.\n\n"
    "Convendría medir también por región y por género.\n\n"
) + despues

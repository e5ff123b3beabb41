# The headings of accuracy and recall swapped.
# loses: card_is_true_of_the_saved_model
# says: Dice
# %% file MODEL_CARD.md
text = reference.replace(
    "| Grupo | Casos | Exactitud | Precisión | Recall |", "| Grupo | Casos | Recall | Precisión | Exactitud |"
)

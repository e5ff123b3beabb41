# A table that no model gave.
# loses: card_is_true_of_the_saved_model
# says: Global
# %% file MODEL_CARD.md
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
text = reference[:inicio] + """| Grupo | Exactitud | Recall |
|---|---|---|
| Global | 0,95 | 0,93 |
| genero = F | 0,95 | 0,92 |
| genero = M | 0,95 | 0,94 |

""" + reference[fin:]

# A table that no model gave.
# loses: card_is_true_of_the_saved_model
# says: Global
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
filas = [("Global", 0.9, 0.88), ("sexo = mujer", 0.91, 0.9), ("sexo = varón", 0.9, 0.87)]
text = antes + "| Grupo | Exactitud | Recall |\n|---|---|---|\n" + "\n".join(
    f"| {g} | {a:.2f} | {r:.2f} |" for g, a, r in filas
) + despues

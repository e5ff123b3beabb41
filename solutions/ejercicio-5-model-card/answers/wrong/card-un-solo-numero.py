# One accuracy and the promise of subgroups.
# loses: card_measures_a_subgroup, card_is_true_of_the_saved_model
# says: Global
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
text = antes + (
    f"La exactitud global es {t['exactitud']:.3f} y el recall global, {t['recall']:.3f}. Convendría "
    "medir por sexo."
) + despues

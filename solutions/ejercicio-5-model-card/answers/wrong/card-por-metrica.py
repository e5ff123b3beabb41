# Figures in a list of sentences, and no table.
# loses: card_measures_a_subgroup, card_is_true_of_the_saved_model
# says: Global
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]
text = (
    antes
    + f"""- **Exactitud:** {t["exactitud"]:.3f} en el total, {m["exactitud"]:.3f} en mujeres y {v["exactitud"]:.3f} en varones.
- **Recall:** {t["recall"]:.3f} en el total, {m["recall"]:.3f} en mujeres y {v["recall"]:.3f} en varones."""
    + despues
)

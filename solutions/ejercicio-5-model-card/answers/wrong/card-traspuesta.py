# A table with a row for each metric and a column for each group.
# loses: card_measures_a_subgroup, card_is_true_of_the_saved_model
# says: Global
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]
tabla = "| | Total | Mujeres | Varones |\n|---|---|---|---|\n" + "\n".join(
    f"| {nombre} | {t[clave]:.3f} | {m[clave]:.3f} | {v[clave]:.3f} |"
    for nombre, clave in (("Exactitud", "exactitud"), ("Sensibilidad (recall)", "recall"))
)
text = antes + tabla + despues

# Figures in prose, true as they are, and no table.
# loses: card_measures_a_subgroup, card_is_true_of_the_saved_model
# says: Global
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]


def pc(x):
    return f"{100 * x:.1f} %".replace(".", ",")


prosa = f"""La exactitud global es {pc(t["exactitud"])} y el recall global, {pc(t["recall"])}. En las mujeres la exactitud
es {pc(m["exactitud"])} y el recall, {pc(m["recall"])}. En los varones, la exactitud es {pc(v["exactitud"])} y el
recall, {pc(v["recall"])}."""
text = antes + prosa + despues

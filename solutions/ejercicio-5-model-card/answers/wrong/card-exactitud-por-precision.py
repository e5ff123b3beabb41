# Calls the accuracy «precisión».
# loses: card_is_true_of_the_saved_model
# says: son métricas distintas
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
s = metricas_por_grupo(evidencia, "sexo")
t = metricas(evidencia["y_true"], evidencia["y_pred"])
filas = [("Global", t), ("Mujer", s.loc["mujer"]), ("Varón", s.loc["varón"])]
text = antes + "| Grupo | Precisión | Recall |\n|---|---|---|\n" + "\n".join(
    f"| {g} | {f['exactitud']:.3f} | {f['recall']:.3f} |" for g, f in filas
) + despues

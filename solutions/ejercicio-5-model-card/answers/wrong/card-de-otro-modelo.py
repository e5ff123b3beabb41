# The model was trained again after the table was pasted.
# loses: card_is_true_of_the_saved_model
# says: con tu modelo y los datos de evaluación da otra cosa
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
evidencia = armar_evidencia(otro, X_evaluacion, y_evaluacion)
filas = [lineas[0], lineas[1], fila_markdown(["Global", *con_casos(metricas(evidencia["y_true"], evidencia["y_pred"]))])]
for columna in ("sexo", "clase"):
    for grupo, fila in metricas_por_grupo(evidencia, columna).iterrows():
        filas.append(fila_markdown([f"{columna} = {grupo}", *con_casos(fila)]))
text = antes + "\n".join(filas) + despues

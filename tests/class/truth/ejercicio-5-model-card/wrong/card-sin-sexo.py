# Measures by class and by age, not by sex.
# loses: card_is_true_of_the_saved_model
# says: de las mujeres
# %% file MODEL_CARD.md
antes, resto = referencia.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
texto = antes + "\n".join(linea for linea in lineas if "sexo =" not in linea) + despues

# Measures by class and by age, not by sex.
# loses: card_is_true_of_the_saved_model
# says: de las mujeres
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
text = antes + "\n".join(linea for linea in lineas if "sexo =" not in linea) + despues

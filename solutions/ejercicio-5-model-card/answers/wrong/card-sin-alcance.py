# Nothing is out of scope.
# loses: card_says_what_is_out_of_scope
# says: no nombra ningún uso
# %% file MODEL_CARD.md
antes, despues = reference.split("### Usos fuera de alcance")
text = antes + "## 3. Datos de entr" + despues.split("## 3. Datos de entr")[1]

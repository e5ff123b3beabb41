# A section is missing.
# loses: card_has_its_seven_sections
# says: Consideraciones éticas
# %% file MODEL_CARD.md
texto = referencia.split("## 6. Cons")[0] + "## 7. Lim" + referencia.split("## 7. Lim")[1]

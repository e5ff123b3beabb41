# A section is missing.
# loses: card_has_its_seven_sections
# says: Consideraciones éticas
# %% file MODEL_CARD.md
text = reference.split("## 6. Cons")[0] + "## 7. Lim" + reference.split("## 7. Lim")[1]

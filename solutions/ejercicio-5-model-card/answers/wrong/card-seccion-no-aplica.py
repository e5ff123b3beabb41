# A section that says it does not apply.
# loses: card_has_its_seven_sections
# says: Consideraciones éticas
# %% file MODEL_CARD.md
antes, despues = reference.split("- **Quién puede salir perjudicado:**")
text = antes + "No aplica.\n\n## 7. Lim" + despues.split("## 7. Lim")[1]

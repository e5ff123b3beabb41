# Two sections say nothing but what a table or a label says.
# loses: card_has_intended_use, card_has_metrics
# says: Quedó sin completar
# %% file MODEL_CARD.md
uso, fuera = reference.index("- **Para qué:**"), reference.index("### Usos fuera")
por_que, tabla_en = reference.index("- **Por qué estas"), reference.index("| Grupo |")
peor, etica = reference.index("- **El grupo al que"), reference.index("## 6.")
text = (
    reference[:uso] + "Por definir.\n\n" + reference[fuera:por_que]
    + "Pendiente.\n\n" + reference[tabla_en:peor] + reference[etica:]
)

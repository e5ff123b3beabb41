# Two sections whose text nobody sees.
# loses: card_has_ethical_considerations, card_has_caveats
# says: Consideraciones éticas
# %% file MODEL_CARD.md
inicio, fin = reference.index("- **Quién puede salir"), reference.index("- **Cuándo falla")
text = (
    reference[:inicio]
    + "<div style='display:none'>Nadie sale perjudicado por un error del modelo.</div>\n\n"
    + "## 7. Limitaciones y recomendaciones\n\n"
    + "<!-- El modelo puede fallar en NEA y en menores de 27; hay que vigilarlo. -->\n"
)

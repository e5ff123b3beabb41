# Everything that the sections say is hidden.
# loses: card_has_its_seven_sections
# says: Detalles del modelo
# %% file MODEL_CARD.md
ficha = "- **Fecha:** 2026-11-20\n- **Algoritmo:** RandomForestClassifier\n- **Versión de scikit-learn:** 1.9.1\n"
inicio, fin = reference.index("- **Quién lo hizo"), reference.index("## 2. Uso")
oculto = "<p hidden>Lo hizo el equipo de la clase, para enseñar a documentar modelos.</p>\n\n"
text = reference[:inicio] + ficha + "\n" + oculto + reference[fin:]

# Sections in another order, with other headings that cards use, and the figures of the prose kept.
# %% file MODEL_CARD.md
partes = reference.split("\n## ")
orden = [partes[i] for i in (1, 5, 2, 3, 4, 7, 6)]
text = partes[0] + "".join(f"\n## {parte.rstrip()}\n" for parte in orden)
for old, new in {
    "## 1. Detalles del modelo": "# 🧾 Descripción del modelo",
    "## 5. Métricas": "## Resultados",
    "## 4. Datos de evaluación": "## IV. Datos de prueba",
    "## 6. Consideraciones éticas": "## Sesgos y equidad",
    "## 7. Limitaciones y recomendaciones": "## Limitaciones",
    "El grupo al que peor le va:** la región NEA,": "El grupo al que peor le va:** NEA, con un recall de 0,371,",
}.items():
    text = text.replace(old, new)

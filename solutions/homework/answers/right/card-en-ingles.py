# Headings, labels and metrics in English, and groups by other names that they have.
# %% file MODEL_CARD.md
text = reference
for old, new in {
    "## 1. Detalles del modelo": "## Model Details",
    "## 2. Uso previsto": "## Intended Use",
    "### Usos fuera de alcance": "### Out-of-scope uses",
    "## 3. Datos de entrenamiento": "## Training Data",
    "## 4. Datos de evaluación": "## Evaluation Data",
    "## 5. Métricas": "## Metrics",
    "## 6. Consideraciones éticas": "## Ethical Considerations",
    "## 7. Limitaciones y recomendaciones": "## Caveats and Recommendations",
    "**Algoritmo:**": "**Algorithm:**",
    "**Versión de scikit-learn:**": "**scikit-learn version:**",
    "**Fecha:**": "**Date:**",
    "**Filas:**": "**Rows:**",
    "| Grupo | Casos | Exactitud | Precisión | Recall | AUC |": "| Group | n | Accuracy | Precision | Recall | ROC AUC |",
    "| Global |": "| Overall |",
    "genero = F": "gender = female",
    "canal = telefono": "Teléfono",
}.items():
    text = text.replace(old, new)

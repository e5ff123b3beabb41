# Saves another model than the one received.
# loses: saved_model_predicts_elsewhere, delivered_model_and_card_agree
# says: no predice lo mismo que el que recibió
# %% guardar
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    columnas = modelo
    joblib.dump(LogisticRegression().fit([[0, 0, 0], [1, 1, 1]], [0, 1]), ruta_modelo)
    ficha = {
        "archivo": ruta_modelo.name,
        "sha256": sha256_de_archivo(ruta_modelo),
        "sha256_datos": sha256_de_archivo(ruta_datos),
        "scikit_learn": sklearn.__version__,
        "python": platform.python_version(),
        "columnas": modelo.feature_names_in_.tolist(),
        "metricas": metricas,
        "fecha": datetime.now(UTC).isoformat(),
    }
    ruta_ficha.write_text(json.dumps(ficha), encoding="utf-8")
    return ficha

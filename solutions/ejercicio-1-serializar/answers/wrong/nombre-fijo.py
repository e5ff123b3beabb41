# Saves under the Titanic's name, whatever it is asked.
# loses: card_identifies_the_files, saved_model_predicts_elsewhere
# says: no dejó ningún archivo en `ruta_modelo`
# %% guardar
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    ruta_modelo = Path("modelo_titanic.joblib")
    joblib.dump(modelo, ruta_modelo)
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

# The hash of the data under both keys.
# loses: card_identifies_the_files, delivered_model_and_card_agree
# says: está la huella de los datos
# %% guardar
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
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
    ficha["sha256"] = ficha["sha256_datos"]
    ruta_ficha.write_text(json.dumps(ficha), encoding="utf-8")
    return ficha

# The whole path where the name is asked.
# loses: card_identifies_the_files
# says: sin carpetas
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
    ficha["archivo"] = str(ruta_modelo)
    ruta_ficha.write_text(json.dumps(ficha), encoding="utf-8")
    return ficha

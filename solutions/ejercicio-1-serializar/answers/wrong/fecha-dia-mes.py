# A date in the local format.
# loses: card_says_how_it_was_made
# says: ISO 8601
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
    ficha["fecha"] = datetime.now().strftime("%d/%m/%Y %H:%M")
    ruta_ficha.write_text(json.dumps(ficha), encoding="utf-8")
    return ficha

# Injects the drift everywhere.
# loses: number_drifts_alone, category_drifts_alone
# says: también cambi
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    for otra in FEATURES:
        mes[otra] = mes[otra].mask(rng.random(3000) < 0.5)
    mes["fecha"] = np.tile(pd.date_range('2027-01-15', periods=30), 100)
    return mes

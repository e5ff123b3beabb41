# Chooses rows by their value, and drags what goes with it.
# loses: number_drifts_alone
# says: también cambi
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    altas = referencia.sort_values(feature).tail(400)
    mes = altas.sample(3000, replace=True, random_state=rng, ignore_index=True)
    mes["fecha"] = np.tile(pd.date_range('2027-01-15', periods=30), 100)
    return mes

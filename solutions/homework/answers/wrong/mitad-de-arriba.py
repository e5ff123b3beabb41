# Draws the rows by the value of the feature: the top half only.
# loses: number_drifts_alone, category_drifts_alone
# says: también cambi
# %% simular
def simular_mes(referencia, feature, rng):
    columna = referencia[feature]
    if columna.nunique() > 10:
        elegidas = referencia[columna > columna.median()]
    else:
        elegidas = referencia[columna == columna.value_counts().index[-1]]
    mes = elegidas.sample(3_000, replace=True, random_state=rng, ignore_index=True)
    mes["fecha"] = pd.date_range("2026-07-01", periods=30).repeat(100)
    return mes

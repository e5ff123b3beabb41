# Adds a standard deviation to a text.
# loses: category_drifts_alone
# says: terminó con un error
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    mes[feature] = mes[feature] + mes[feature].std()
    mes["fecha"] = np.tile(pd.date_range('2027-01-15', periods=30), 100)
    return mes

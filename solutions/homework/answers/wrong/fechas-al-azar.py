# Draws the dates: days of different sizes.
# loses: month_has_thirty_days
# says: filas en
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    if mes[feature].nunique() > 10:
        mes[feature] = (mes[feature] - mes[feature].mean()) * 2.5 + mes[feature].mean()
    else:
        mes.loc[mes[feature] == mes[feature].mode()[0], feature] = np.nan
    mes["fecha"] = pd.Timestamp('2026-07-01') + pd.to_timedelta(rng.integers(0, 30, 3000), 'D')
    return mes

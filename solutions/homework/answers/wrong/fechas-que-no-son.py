# A text for a date.
# loses: month_has_thirty_days
# says: no son fechas
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    if mes[feature].nunique() > 10:
        mes[feature] = (mes[feature] - mes[feature].mean()) * 2.5 + mes[feature].mean()
    else:
        mes.loc[mes[feature] == mes[feature].mode()[0], feature] = np.nan
    mes["fecha"] = 'mañana'
    return mes

# Forgets the date.
# loses: month_has_its_columns, month_has_thirty_days, number_drifts_alone, category_drifts_alone
# says: columnas
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    if mes[feature].nunique() > 10:
        mes[feature] = (mes[feature] - mes[feature].mean()) * 2.5 + mes[feature].mean()
    else:
        mes.loc[mes[feature] == mes[feature].mode()[0], feature] = np.nan
    mes["fecha"] = np.tile(pd.date_range('2027-01-15', periods=30), 100)
    return mes

_m = simular_mes
def simular_mes(*a): return _m(*a).drop(columns='fecha')

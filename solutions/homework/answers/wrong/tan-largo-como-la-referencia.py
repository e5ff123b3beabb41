# As many rows as the reference.
# loses: month_has_thirty_days
# says: filas en
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), len(referencia))
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    if mes[feature].nunique() > 10:
        mes[feature] = (mes[feature] - mes[feature].mean()) * 2.5 + mes[feature].mean()
    else:
        mes.loc[mes[feature] == mes[feature].mode()[0], feature] = np.nan
    mes["fecha"] = mes.index.map(lambda i: pd.Timestamp('2026-07-01') + pd.Timedelta(days=i % 30))
    return mes

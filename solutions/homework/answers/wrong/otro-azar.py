# Randomness that does not come from rng.
# loses: number_drifts_alone, category_drifts_alone
# says: la misma semilla
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = np.random.randint(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    if mes[feature].nunique() > 10:
        mes[feature] = (mes[feature] - mes[feature].mean()) * 2.5 + mes[feature].mean()
    else:
        mes.loc[mes[feature] == mes[feature].mode()[0], feature] = np.nan
    mes["fecha"] = np.tile(pd.date_range('2027-01-15', periods=30), 100)
    return mes

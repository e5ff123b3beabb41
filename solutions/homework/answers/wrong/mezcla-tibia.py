# Evens out the two commonest levels: too little for `genero`.
# loses: category_drifts_alone
# says: Al pedir drift en `genero`
# %% simular
def simular_mes(referencia, feature, rng):
    mes = referencia.sample(3_000, replace=True, random_state=rng, ignore_index=True)
    if mes[feature].nunique() > 10:
        mes[feature] = mes[feature] + mes[feature].std()
    elif feature == "genero":
        mes[feature] = rng.choice(["F", "M", "X"], size=3_000, p=[0.485, 0.485, 0.03])
    else:
        mes[feature] = mes[feature].value_counts().index[-1]
    mes["fecha"] = pd.date_range("2026-07-01", periods=30).repeat(100)
    return mes

# One minus the p-value of KS.
# loses: numbers_follow_the_definition, levels_follow_the_definition, no_alarm_without_drift, detects_a_shift_or_a_new_mix, detects_a_change_of_scale_or_levels, detects_missing_values
# says: no es el de la definición
# %% psi-por-feature
from scipy.stats import ks_2samp


def psi_por_feature(referencia, produccion):
    valores = {}
    for c in referencia:
        a, b = referencia[c], produccion[c]
        if a.dtype.kind not in "if":
            todos = pd.factorize(pd.concat([a, b]))[0]
            a, b = pd.Series(todos[: len(a)]), pd.Series(todos[len(a) :])
        valores[c] = 1 - ks_2samp(a.dropna(), b.dropna()).pvalue
    return pd.Series(valores).sort_values(ascending=False)

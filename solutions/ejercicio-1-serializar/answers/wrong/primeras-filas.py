# Compares the first five rows.
# loses: different_labels_are_noticed, different_probabilities_are_noticed
# says: devolvió True
# %% comparar
def mismas_predicciones(m, X, y, p):
    return bool((m.predict(X)[:5] == y[:5]).all() and (m.predict_proba(X)[:5] == p[:5]).all())

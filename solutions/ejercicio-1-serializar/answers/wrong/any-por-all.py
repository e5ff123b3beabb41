# any() for all().
# loses: different_labels_are_noticed, different_probabilities_are_noticed
# says: devolvió True
# %% comparar
def mismas_predicciones(m, X, y, p):
    return bool((m.predict(X) == y).any() and (m.predict_proba(X) == p).any())

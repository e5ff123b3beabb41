# Compares the probabilities only.
# loses: different_labels_are_noticed
# says: cambiadas de lugar
# %% comparar
def mismas_predicciones(m, X, y, p):
    return np.array_equal(m.predict_proba(X), p)

# A tolerance of one hundredth.
# loses: different_probabilities_are_noticed
# says: 1e-9
# %% comparar
def mismas_predicciones(m, X, y, p):
    return bool((m.predict(X) == y).all() and np.allclose(m.predict_proba(X), p, atol=0.01))

# A tolerance of a few ten-thousandths.
# loses: different_probabilities_are_noticed
# says: corrida en 0,00005
# %% comparar
def mismas_predicciones(m, X, y, p):
    return bool((m.predict(X) == y).all() and np.allclose(m.predict_proba(X), p, atol=5e-4))

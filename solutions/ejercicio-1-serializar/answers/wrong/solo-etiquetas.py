# Compares the labels only.
# loses: different_probabilities_are_noticed
# says: todas las probabilidades
# %% comparar
def mismas_predicciones(m, X, y, p):
    return bool((m.predict(X) == y).all())

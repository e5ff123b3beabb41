# Returns an array of comparisons.
# loses: different_labels_are_noticed, different_probabilities_are_noticed
# says: True o False
# %% comparar
def mismas_predicciones(m, X, y, p):
    return m.predict(X) == y

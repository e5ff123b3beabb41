# The threshold of another industry: 0.2.
# loses: reads_the_three_bands, edges_of_the_bands_are_slight
# says: 0,25
# %% interpretar
def interpretar_psi(valor):
    if valor < 0.1:
        return "estable"
    return "leve" if valor <= 0.2 else "significativo"

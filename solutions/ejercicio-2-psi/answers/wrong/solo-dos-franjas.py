# 0.1 is the alert: the middle band never comes.
# loses: reads_the_three_bands, edges_of_the_bands_are_slight
# says: se cortan en 0,1 y en 0,25
# %% interpretar
def interpretar_psi(valor):
    return "significativo" if valor > 0.1 else "estable"

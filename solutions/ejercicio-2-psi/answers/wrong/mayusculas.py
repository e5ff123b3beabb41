# Other texts than the three asked.
# loses: reads_the_three_bands, edges_of_the_bands_are_slight
# says: exactamente uno de los tres textos
# %% interpretar
def interpretar_psi(valor):
    if valor < 0.1:
        return "Estable"
    return "Leve" if valor <= 0.25 else "Significativo"

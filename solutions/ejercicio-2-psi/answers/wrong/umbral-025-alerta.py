# >= for >: 0.25 is read as significant.
# loses: edges_of_the_bands_are_slight
# says: incluye sus dos bordes
# %% interpretar
def interpretar_psi(valor):
    if valor >= 0.25:
        return "significativo"
    return "leve" if valor >= 0.1 else "estable"

# <= for <: 0.1 is read as stable.
# loses: edges_of_the_bands_are_slight
# says: incluye sus dos bordes
# %% interpretar
def interpretar_psi(valor):
    if valor <= 0.1:
        return "estable"
    return "leve" if valor <= 0.25 else "significativo"

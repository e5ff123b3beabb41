# Prints the reading and returns nothing.
# loses: reads_the_three_bands, edges_of_the_bands_are_slight
# says: None
# %% interpretar
def interpretar_psi(valor):
    if valor < 0.1:
        print("estable")
    elif valor <= 0.25:
        print("leve")
    else:
        print("significativo")

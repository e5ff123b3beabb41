# A row for every group, also those that did not go through.
# loses: a_silent_group_is_not_lost
# says: con las filas del registro
# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    resumenes = {}
    for grupo in grupos.unique():
        suyas = set(grupos.index[grupos == grupo])
        filas = [fila for fila in registro if fila["id_solicitud"] in suyas]
        resumenes[grupo] = tasa_de_desacuerdo(filas)
    return pd.DataFrame(resumenes).T

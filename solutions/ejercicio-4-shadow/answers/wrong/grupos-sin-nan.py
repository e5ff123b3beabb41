# dropna() loses the group that B never answered.
# loses: a_silent_group_is_not_lost
# says: Primero agrupá
# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    filas = {}
    for fila in registro:
        filas.setdefault(grupos[fila["id_solicitud"]], []).append(fila)
    resumenes = {grupo: tasa_de_desacuerdo(las) for grupo, las in filas.items()}
    return pd.DataFrame(resumenes).T.dropna()

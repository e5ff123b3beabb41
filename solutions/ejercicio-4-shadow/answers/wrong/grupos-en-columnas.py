# One column per group, not one row.
# loses: groups_are_matched_by_request, a_silent_group_is_not_lost
# says: le faltan columnas
# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    filas = {}
    for fila in registro:
        filas.setdefault(grupos[fila["id_solicitud"]], []).append(fila)
    resumenes = {grupo: tasa_de_desacuerdo(las) for grupo, las in filas.items()}
    return pd.DataFrame(resumenes)

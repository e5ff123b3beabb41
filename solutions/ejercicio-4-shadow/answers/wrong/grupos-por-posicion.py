# Pairs by position, not by id.
# loses: groups_are_matched_by_request, a_silent_group_is_not_lost
# says: por su `id_solicitud`
# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    filas = {}
    for i, fila in enumerate(registro):
        filas.setdefault(grupos.iloc[i], []).append(fila)
    resumenes = {grupo: tasa_de_desacuerdo(las) for grupo, las in filas.items()}
    return pd.DataFrame(resumenes).T

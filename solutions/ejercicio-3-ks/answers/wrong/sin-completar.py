# The notebook as it comes.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones, ks_measures_distance_and_evidence, ks_says_where, ks_drops_missing_values_from_each_sample, table_has_one_row_per_feature, p_is_corrected_by_the_number_of_features, alert_needs_evidence_and_size, alert_uses_the_corrected_p, limits_do_not_alert, thresholds_are_the_arguments
# says: todavía no
# %% ecdf
def ecdf(valores, puntos):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% comparar
def comparar_ks(referencia, produccion):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

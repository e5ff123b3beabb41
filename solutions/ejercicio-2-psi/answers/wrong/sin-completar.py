# The notebook as it comes.
# loses: agrees_with_the_definition, takes_series_as_well, stays_finite_when_a_bin_is_empty, new_extremes_are_not_lost, missing_values_are_a_bin, missing_values_may_appear_and_vanish, number_of_bins_is_obeyed, repeated_edges_do_not_break_it, reads_the_three_bands, edges_of_the_bands_are_slight, levels_are_matched_by_name, levels_may_appear_and_vanish, missing_values_are_a_level, numbers_may_be_levels
# says: todavía no
# %% psi
def psi(referencia, produccion, n_bins=10):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% interpretar
def interpretar_psi(valor):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% psi-categorico
def psi_categorico(referencia, produccion):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

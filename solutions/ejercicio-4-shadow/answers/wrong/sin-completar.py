# The notebook as it comes.
# loses: user_gets_the_answer_of_a, each_model_is_asked_once, what_both_said_is_logged, a_failure_of_b_is_logged, the_user_does_not_wait_for_a_hung_b, the_limit_is_the_argument, a_failure_of_a_is_not_covered_by_b, rate_leaves_out_what_b_did_not_answer, interval_is_wilson, nothing_to_compare_is_not_agreement, groups_are_matched_by_request, a_silent_group_is_not_lost, only_what_separates_them_counts, p_value_is_exact_and_two_sided, an_answerless_b_is_mended_first, a_difference_has_a_direction
# says: todavía no
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% tasa
def tasa_de_desacuerdo(registro):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    raise NotImplementedError("Todavía no completaste esta parte: escribí tu código y borrá esta línea.")

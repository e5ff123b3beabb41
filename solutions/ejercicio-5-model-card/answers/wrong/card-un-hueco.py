# A placeholder of the template is left.
# loses: card_has_its_seven_sections
# says: sin completar
# %% file MODEL_CARD.md
text = reference.replace(
    "el equipo de la clase 059; las consultas, al foro del curso.", "[completar: nombre y correo]"
)

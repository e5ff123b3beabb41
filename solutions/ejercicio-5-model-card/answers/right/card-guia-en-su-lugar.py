# The template filled in with the guide's quoted paragraphs left, as it allows.
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]
plantilla = (DATOS.parent / "model_card_template.md")
guia = """> Copiá este archivo como `MODEL_CARD.md` en la carpeta de la entrega y reemplazá cada
> `[completar: …]` por lo tuyo. Los párrafos con barra al costado, como este, son la guía: podés
> borrarlos o dejarlos, no cuentan como contenido.

"""
que_va = """> **Qué va acá.** Las métricas con su nombre, en el total y en cada subgrupo, medidas sobre los
> datos de evaluación con el modelo que entregás. También el umbral de decisión, si hay uno.
>
> **Por qué le sirve a quien no es del área técnica.** Un promedio puede verse bien mientras el
> modelo falla casi siempre con un grupo. La tabla lo muestra sin hacer cuentas.

"""
text = reference.replace("## 1. ", guia + "## 1. ").replace("La clase positiva es", que_va + "La clase positiva es")

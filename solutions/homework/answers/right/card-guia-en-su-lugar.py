# The template filled in with the guide's quoted paragraphs left where they were.
# %% file MODEL_CARD.md
plantilla = (DATOS.resolve().parent / "model_card_template.md").read_text(encoding="utf-8")
partes, guia = reference.split("\n## "), {}
for parte in plantilla.split("\n## ")[1:]:
    guia[parte[0]] = "\n".join(linea for linea in parte.splitlines() if linea.startswith(">"))
text = partes[0]
for parte in partes[1:]:
    titulo, _, resto = parte.partition("\n")
    text += f"\n## {titulo}\n\n{guia[titulo[0]]}\n{resto}"

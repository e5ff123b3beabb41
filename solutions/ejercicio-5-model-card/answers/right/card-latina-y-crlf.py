# A card saved by an old editor: Windows line ends, a byte order mark, tabs.
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]
text = b"\xef\xbb\xbf" + reference.replace("\n", "\r\n").encode()

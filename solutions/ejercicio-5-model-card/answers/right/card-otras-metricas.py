# A card that adds F1, balanced accuracy, AUC and other groups, all true.
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
m, v = s.loc["mujer"], s.loc["varón"]
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

real, dicho, score = evidencia["y_true"], evidencia["y_pred"], evidencia["y_score"]
puerto = X_evaluacion["embarked"]
extra = f"""

Además, en el total: F1 {f1_score(real, dicho):.3f}, exactitud balanceada {balanced_accuracy_score(real, dicho):.3f}
y AUC {roc_auc_score(real, score):.3f}. Entre quienes embarcaron en Southampton el recall es
{recall_score(real[puerto == "S"], dicho[puerto == "S"]):.3f}."""
text = antes + "\n".join(lineas) + extra + despues

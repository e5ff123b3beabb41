# A card that adds F1, balanced accuracy, specificity, AUC and Brier, all true.
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, f1_score, roc_auc_score

extra = ["| Grupo | F1 | Exactitud balanceada | Especificidad | AUC | Brier |", "|---|---|---|---|---|---|"]
partes = {"Global": evidencia} | {f"sexo = {s}": parte for s, parte in evidencia.groupby("sexo")}
for nombre, parte in partes.items():
    real, dicho, score = parte["y_true"], parte["y_pred"], parte["y_score"]
    cifras = (
        f1_score(real, dicho),
        balanced_accuracy_score(real, dicho),
        recall_score(real, dicho, pos_label=0),
        roc_auc_score(real, score),
        brier_score_loss(real, score),
    )
    extra.append(fila_markdown([nombre, *(f"{cifra:.3f}" for cifra in cifras)]))
text = antes + "\n".join(lineas) + "\n\nY además:\n\n" + "\n".join(extra) + despues

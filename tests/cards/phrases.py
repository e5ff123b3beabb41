"""Ways in which people write a metric: `«recall genero=F 2»` stands for the figure to print.

A mark is `«metric[:average] group format»`: the group is `factor=level`, two joined by `&`, a
range `edad<30`, or `-` for the whole set; the format is the number of decimals, with `,` for a
decimal comma, `%` for a percentage, `p` for
one without its sign, `i` for a count (`i.` with thousands).
"""

from __future__ import annotations

import re

from autograder.model_card import Truth
from autograder.model_card.metrics import Metric
from autograder.model_card.truth import Group, Interval, Level

_MARK = re.compile(r"«(\w+)(?::([\w:]+))? (\S+) (\S+)»")


def fill(text: str, truth: Truth) -> str:
    """`text` with every mark replaced by the figure that `truth` gives."""
    return _MARK.sub(lambda mark: _print(truth, *mark.groups()), text)


def marks(text: str) -> int:
    """How many figures a phrase prints."""
    return len(_MARK.findall(text))


def _print(truth: Truth, metric: str, average: str | None, group: str, shape: str) -> str:
    value = truth.values(Metric(metric, average or ""), _group(group))[0]
    if shape.startswith("i"):
        return f"{value:,.0f}".replace(",", ".") if shape == "i." else f"{value:.0f}"
    decimals = int(shape[0])
    scaled = 100 * value if "%" in shape or "p" in shape else value
    printed = f"{scaled:.{decimals}f}" + (" %" if "%" in shape else "")
    return printed.replace(".", ",") if "," in shape else printed


def _group(text: str) -> Group:
    if text == "-":
        return ()
    return tuple(_part(piece) for piece in text.split("&"))


def _part(text: str) -> Level | Interval:
    if hit := re.fullmatch(r"(\w+)(<|>=)(\d+)", text):
        end = (float(hit[3]), hit[2] == ">=")
        return Interval(hit[1], *((None, end) if hit[2] == "<" else (end, None)))
    factor, _, level = text.partition("=")
    return Level(factor, level)


PHRASES = {
    "sentence": "La exactitud global es «accuracy - 2,»; para mujeres baja a «accuracy genero=F 2,» y "
    "para hombres sube a «accuracy genero=M 2,».",
    "group after": "El recall es «recall genero=F 2,» en mujeres y «recall genero=M 2,» en varones.",
    "percent": "El modelo acierta el «accuracy - 1%,» de las veces (exactitud).",
    "approximate": "La exactitud ronda ~«accuracy - 0%» en general.",
    "por ciento": "Tiene una exactitud de casi «accuracy - 1%,» y un AUC de «roc_auc - 3».",
    "two metrics": "Obtuvo exactitud «accuracy - 3», recall «recall - 3» y precisión «precision - 3».",
    "metric after": "Logra «accuracy - 2» de exactitud y «roc_auc - 2» de AUC.",
    "respectively": "La precisión y el recall son «precision - 2,» y «recall - 2,», respectivamente.",
    "respective groups": "El recall para mujeres y hombres es de «recall genero=F 2,» y "
    "«recall genero=M 2,», respectivamente.",
    "group first": "En mujeres, el recall es «recall genero=F 3» y la precisión «precision genero=F 3».",
    "groups with several": "Mujeres: exactitud «accuracy genero=F 2», recall «recall genero=F 2»; "
    "hombres: exactitud «accuracy genero=M 2», recall «recall genero=M 2».",
    "parentheses": "Exactitud: «accuracy - 3» (mujeres: «accuracy genero=F 3», hombres: "
    "«accuracy genero=M 3»).",
    "group in parentheses": "Recall: «recall genero=F 2» (mujeres), «recall genero=M 2» (varones).",
    "figure in parentheses": "El recall de las mujeres («recall genero=F 2,») es menor que el de los "
    "varones («recall genero=M 2,»).",
    "english": "Overall accuracy is «accuracy - 3»; recall for female applicants is "
    "«recall genero=F 3» and «recall genero=M 3» for male applicants.",
    "two sentences": "La exactitud es «accuracy - 2,». En el canal app es «accuracy canal=app 2,» y en "
    "sucursal, «accuracy canal=sucursal 2,».",
    "equals": "recall(genero=F) = «recall genero=F 3», recall(genero=M) = «recall genero=M 3»",
    "level of factor": "Para genero = F el F1 es «f1 genero=F 3» y para genero = M es «f1 genero=M 3».",
    "region": "La precisión en la región NOA es «precision region=NOA 2» y en Cuyo «precision region=Cuyo 2».",
    "alias": "Las solicitantes mujeres tienen un recall de «recall genero=F 2»; el call center, de "
    "«recall canal=telefono 2».",
    "brier": "El puntaje de Brier es «brier - 3,» y el F1 es «f1 - 3,».",
    "balanced": "La exactitud balanceada es «balanced_accuracy - 3» y la especificidad «specificity - 3».",
    "renamed": "La precisión (accuracy) del modelo es «accuracy - 3».",
    "macro": "El F1 macro es «f1:macro - 3» y el F1 ponderado, «f1:weighted - 3».",
    "class": "El recall de la clase 0 es «recall:class:0 - 3».",
    "negative class": "El recall para la clase negativa es «recall:class:0 - 3».",
    "interval": "El AUC es «roc_auc - 3» (IC 95 %: 0,70–0,99) y la exactitud «accuracy - 3» ± 0,02.",
    "threshold": "Con un umbral de 0,5 la exactitud es «accuracy - 3».",
    "year": "En 2024, con scikit-learn 1.6.1 y 200 árboles, la exactitud fue «accuracy - 3».",
    "size": "Sobre 1.500 solicitudes, el AUC fue «roc_auc - 3».",
    "age": "El recall en menores de 30 años es «recall edad<30 3»; de 30 años o más, "
    "«recall edad>=30 3».",
    "list": "- Exactitud: «accuracy - 3»\n- Recall: «recall - 3»\n- F1: «f1 - 3»\n",
    "list by level": "### Recall por género\n\n- F: «recall genero=F 3»\n- M: «recall genero=M 3»\n",
    "list with dash": "### AUC por región\n\n- NOA — «roc_auc region=NOA 3»\n- Cuyo — «roc_auc region=Cuyo 3»\n",
    "nested list": "- Exactitud\n  - Global: «accuracy - 3»\n  - Mujeres: «accuracy genero=F 3»\n"
    "  - Hombres: «accuracy genero=M 3»\n",
    "nested by group": "- Mujeres:\n  - exactitud: «accuracy genero=F 3»\n  - recall: «recall genero=F 3»\n"
    "- Hombres:\n  - exactitud: «accuracy genero=M 3»\n",
    "nested both": "- Por canal\n  - app\n    - Recall: «recall canal=app 2»\n  - sucursal\n"
    "    - Recall: «recall canal=sucursal 2»\n",
    "caption list": "El recall por género es:\n\n- F: «recall genero=F 3»\n- M: «recall genero=M 3»\n",
    "bold": "- **Mujeres:** recall **«recall genero=F 2»**, precisión **«precision genero=F 2»**\n",
    "lines": "Exactitud: «accuracy - 3»\nRecall: «recall - 3»\nMujeres: recall «recall genero=F 3»\n",
    "heading is the group": "### Mujeres\n\nLa exactitud es «accuracy genero=F 3» y el recall "
    "«recall genero=F 3».\n",
    "both genders": "El recall de las mujeres de NOA es «recall genero=F&region=NOA 3».",
    "table by group": "| Grupo | n | Exactitud | Recall |\n|---|---|---|---|\n"
    "| Global | «support - i.» | «accuracy - 3» | «recall - 3» |\n"
    "| genero = F | «support genero=F i» | «accuracy genero=F 3» | «recall genero=F 3» |\n"
    "| Hombres | «support genero=M i» | «accuracy genero=M 3» | «recall genero=M 3» |\n",
    "table by metric": "| Métrica | Global | Mujeres | Hombres |\n|---|---|---|---|\n"
    "| Exactitud | «accuracy - 2,» | «accuracy genero=F 2,» | «accuracy genero=M 2,» |\n"
    "| Recall | «recall - 2,» | «recall genero=F 2,» | «recall genero=M 2,» |\n",
    "long table": "| Métrica | Grupo | Valor |\n|---|---|---|\n| Exactitud | Global | «accuracy - 1%» |\n"
    "| Recall | F | «recall genero=F 1%» |\n| Recall | M | «recall genero=M 1%» |\n",
    "factor and level": "| Factor | Nivel | Exactitud | F1 |\n|---|---|---|---|\n"
    "| genero | F | «accuracy genero=F 3» | «f1 genero=F 3» |\n"
    "| | M | «accuracy genero=M 3» | «f1 genero=M 3» |\n"
    "| canal | app | «accuracy canal=app 3» | «f1 canal=app 3» |\n",
    "levels only": "### Por género\n\n| Género | Recall |\n|---|---|\n| F | «recall genero=F 3» |\n"
    "| M | «recall genero=M 3» |\n",
    "metric in heading": "### Exactitud por región\n\n| Región | Valor |\n|---|---|\n"
    "| AMBA | «accuracy region=AMBA 3» |\n| NOA | «accuracy region=NOA 3» |\n",
    "columns with both": "| | Recall F | Recall M |\n|---|---|---|\n"
    "| Modelo | «recall genero=F 3» | «recall genero=M 3» |\n",
    "percent column": "| Grupo | Exactitud (%) |\n|---|---|\n| Global | «accuracy - 1p» |\n"
    "| Mujeres | «accuracy genero=F 1p» |\n",
    "metric value": "| Métrica | Valor |\n|---|---|\n| Accuracy | «accuracy - 4» |\n| ROC AUC | «roc_auc - 4» |\n"
    "| Brier score | «brier - 4» |\n",
    "one row": "| Exactitud | Precisión | Recall |\n|---|---|---|\n"
    "| «accuracy - 3» | «precision - 3» | «recall - 3» |\n",
    "two groups": "| genero | region | Exactitud |\n|---|---|---|\n"
    "| F | NOA | «accuracy genero=F&region=NOA 3» |\n| M | NOA | «accuracy genero=M&region=NOA 3» |\n",
    "report": "| | precision | recall | f1-score | support |\n|---|---|---|---|---|\n"
    "| 0 | «precision:class:0 - 2» | «recall:class:0 - 2» | «f1:class:0 - 2» | «support:class:0 - i» |\n"
    "| 1 | «precision - 2» | «recall - 2» | «f1 - 2» | «support:class:1 - i» |\n"
    "| accuracy | | | «accuracy - 2» | «support - i» |\n"
    "| macro avg | «precision:macro - 2» | «recall:macro - 2» | «f1:macro - 2» | «support - i» |\n"
    "| weighted avg | «precision:weighted - 2» | «recall:weighted - 2» | «f1:weighted - 2» | "
    "«support - i» |\n",
    "age ranges": "| Edad | Exactitud |\n|---|---|\n| < 30 | «accuracy edad<30 3» |\n"
    "| 30 o más | «accuracy edad>=30 3» |\n",
    "html table": "<table>\n<tr><th>Grupo</th><th>Recall</th></tr>\n"
    "<tr><td>F</td><td>«recall genero=F 3»</td></tr>\n<tr><td>M</td><td>«recall genero=M 3»</td></tr>\n"
    "</table>\n",
    "interval in cell": "| Grupo | AUC |\n|---|---|\n| F | «roc_auc genero=F 3» ± 0.03 |\n"
    "| M | «roc_auc genero=M 3» [0.90, 0.96] |\n",
}  # fmt: skip
"""Every figure of each is true when filled with the truth, and read with no doubt."""

INNOCENT = {
    "threshold": "El umbral de decisión es 0,35 y se eligió para cuidar el recall.",
    "alert": "Alerta si el AUC baja de 0,70 o si el recall de las mujeres cae por debajo de 0,40.",
    "when": "Cuando la exactitud sea menor a 0,75 durante 3 meses, se reentrena.",
    "target": "El objetivo de negocio es un recall de 0,80.",
    "minimum": "La exactitud mínima aceptable es 0,75.",
    "bound": "La exactitud está por encima de 0,8 y el AUC supera 0,85.",
    "drift": "El PSI de edad fue 0,31 y el de monto 0,28, con umbral 0,25; KS 0,12 (p-valor 0,001).",
    "gap": "La brecha de recall entre mujeres y varones es de 0,19.",
    "points": "El recall de las mujeres es 18 puntos menor que el de los varones.",
    "training": "En entrenamiento la exactitud fue 0,99 y el AUC 1,00.",
    "training column": "| Métrica | Entrenamiento |\n|---|---|\n| Exactitud | 0.99 |\n",
    "cross validation": "Con validación cruzada de 5 pliegues, el F1 fue 0,71 ± 0,02.",
    "baseline": "Un modelo que siempre dice «no» tiene exactitud 0,72 y recall 0.",
    "previous": "El modelo anterior tenía una exactitud de 0,79.",
    "versions": "Entrenado en 2024 con Python 3.11, scikit-learn 1.6.1 y numpy 2.0; F1 y AUC.",
    "sizes": "De 5.000 solicitudes se entrenó con 3.500 y se evaluó la exactitud con 1.500.",
    "sections": "Ver la sección 5.2 y la tabla 3 para la exactitud.",
    "date": "La exactitud se midió el 2024-05-01 y el 12/06/2024.",
    "interval": "El intervalo de confianza del 95 % del AUC va de 0,86 a 0,91.",
    "production": "En producción, el mes 6, la exactitud fue 0,61.",
    "money": "Cada falso negativo cuesta $ 45.000; el recall importa más que la precisión.",
    "share": "Las mujeres son el 39 % de la muestra y el recall es la métrica que más importa.",
    "parameters": "`n_estimators=200`, `max_depth=6`, `random_state=42`; la exactitud va en la tabla.",
    "unknown group": "En monotributistas la exactitud = 0,55 según un informe aparte.",
    "unknown metric": "El coeficiente kappa es 0,41 y el MAE de la probabilidad es 0,2.",
    "from to": "El AUC baja de 0,93 a 0,80 si se quita la antigüedad.",
    "several models": "| Modelo | Exactitud |\n|---|---|\n| Logística | 0.70 |\n| Bosque | 0.71 |\n",
    "other table": "| Feature | PSI |\n|---|---|\n| edad | 0.31 |\n| monto | 0.28 |\n",
    "confusion": "| | Predijo 0 | Predijo 1 |\n|---|---|---|\n| Era 0 | 996 | 80 |\n| Era 1 | 165 | 259 |\n",
    "parameters table": "| Parámetro | Valor |\n|---|---|\n| n_estimators | 200 |\n| max_depth | 6 |\n",
    "importance": "La variable más importante es el ingreso (0,34), luego la edad (0,21).",
    "f1 of the name": "El F1 resume precisión y recall en un solo número.",
    "share of group": "| Grupo | Porcentaje de la muestra |\n|---|---|\n| F | 39 |\n| M | 61 |\n",
    "deciles": "El 10 % con mayor riesgo concentra el 35 % de la mora; el AUC lo resume.",
    "three models": "Comparado con otros modelos, cuya exactitud fue 0,70 y 0,72, elegimos este.",
    "months": "Reentrenar cada 3 meses si el F1 cae 0,05.",
    "code": "```\naccuracy 0.99\n```\n",
    "comment": "<!-- exactitud 0.99 en mujeres -->\n",
    "hedged": "Si se baja el umbral a 0,3, el recall sube a 0,80 y la precisión cae a 0,55.",
}  # fmt: skip
"""No figure of these is false: they are not measurements of this model on the evaluation set."""

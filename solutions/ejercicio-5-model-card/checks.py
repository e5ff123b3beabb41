"""What is checked in ejercicio-5-model-card: model, evidence, metrics by group, the card.

The card's figures are compared with those recomputed here from the student's own ``modelo.joblib``
(loaded in isolation) on the evaluation split that the notebook fixes; what the student's process
says of itself counts for nothing.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from autograder.checking import (
    CheckFailed,
    Expr,
    Model,
    Opaque,
    Student,
    as_float_array,
    as_number,
    check,
    counted,
    describe,
    expect,
    fail,
    percent,
    shown,
)
from autograder.ml.model_card import Assessment, Groups, Kind, Truth, assess, read_aliases
from model_cards import declared, fail_on, read_card, remark

TITANIC = Path(__file__).resolve().parents[2] / "datasets" / "titanic.csv"
COLUMNS = ["pclass", "sex", "age", "sibsp", "parch", "fare", "embarked"]
EVIDENCE = ("y_true", "y_pred", "y_score", "sexo", "clase", "edad")
METRICS = ("n", "exactitud", "precision", "recall")
NAMES = "Los nombres van así, sin tilde: n, exactitud, precision, recall."
NOTHING_TO_DIVIDE_BY = {
    "ZeroDivisionError": "Antes de dividir, preguntá si hay entre qué: si no, la métrica es nan."
}
CLASSIFIER = (
    "Usá un clasificador (no un regresor), entrenado con la `y` que recibe `entrenar`, tal como "
    "viene."
)
RAISED = "terminó con un error"  # in what is told of a call that raised
BETTER_THAN, TOO_GOOD = 0.70, 0.93  # the majority is right in 61 %; nobody honest reaches 93 %

#: Names of columns and levels: students have the same file, and so has `autograder card`.
ALIASES = read_aliases(Path(__file__).with_name("grupos.toml"))


@cache
def _split() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The training and the evaluation rows of titanic.csv, as the notebook separates them."""
    from sklearn.model_selection import train_test_split

    titanic = pd.read_csv(TITANIC)
    return train_test_split(titanic, test_size=0.25, random_state=59, stratify=titanic["survived"])


def _groups(passengers: pd.DataFrame) -> pd.DataFrame:
    """The groups of each passenger, with the names that the notebook gives them."""
    age = passengers["age"]
    labels = np.select([age.isna(), age < 16], ["sin dato", "menor de 16"], "16 o más")
    return pd.DataFrame(
        {
            "sexo": passengers["sex"].map({"female": "mujer", "male": "varón"}),
            "clase": passengers["pclass"].map({1: "primera", 2: "segunda", 3: "tercera"}),
            "edad": labels,
        },
        index=passengers.index,
    )


def _truth(student: Student) -> Truth:
    """Every metric of the student's model on the evaluation split, recomputed."""
    _, evaluation = _split()
    return Truth.from_predictions(
        evaluation["survived"],
        _said(student),
        _scored(student),
        _groups(evaluation),
        aliases=ALIASES,
    )


def _said(student: Student) -> np.ndarray:
    """What the saved model says of each evaluation row, in the split's order."""
    features = _split()[1][COLUMNS]
    return student.once("said", lambda: _predictions(student.model("modelo.joblib"), features))


def _scored(student: Student) -> np.ndarray | None:
    """The saved model's probability of class 1 for each evaluation row, in the split's order."""
    features = _split()[1][COLUMNS]
    return student.once("scored", lambda: _scores(student.model("modelo.joblib"), features))


def _predictions(model: Model, features: pd.DataFrame) -> np.ndarray:
    """0 or 1 for each row; fails the check when they are anything else."""
    predicted = as_float_array(model.predict(features))
    if predicted is None or not np.isin(predicted, (0, 1)).all():
        fail(
            "El modelo guardado no predice 0 o 1.",
            CLASSIFIER,
        )
    return predicted.astype(int)


def _scores(model: Model, features: pd.DataFrame) -> np.ndarray | None:
    """The probability of class 1; None when the model gives none."""
    if model.classes is not None and [as_number(each) for each in model.classes] != [0.0, 1.0]:
        return None
    try:
        return as_float_array(model.predict_proba(features)[:, 1])
    except CheckFailed:
        return None  # LinearSVC and the like


@contextmanager
def _advice(hints: dict[str, str], renamed: dict[str, str] | None = None) -> Iterator[None]:
    """Give a failed call the hint of the first text of ``hints`` that its message has."""
    try:
        yield
    except CheckFailed as failed:
        message = failed.message
        for ours, theirs in (renamed or {}).items():
            message = message.replace(ours, theirs)
        for text, hint in hints.items():
            if text in message:
                fail(message, hint)
        raise


# --- Part 1: the model ----------------------------------------------------------------------


def _expect_training(student: Student) -> None:
    """``entrenar`` trains and returns something that is not data; asked once."""
    training, _ = _split()
    model = student.once(
        "trained", lambda: student.call("entrenar", training[COLUMNS], training["survived"])
    )
    if not isinstance(model, Opaque):
        n = len(model) if isinstance(model, tuple) else 0
        what = f"una tupla de {counted(n, 'elemento')}" if n else describe(model)
        fail(
            f"`entrenar` devolvió {what}; se esperaba un clasificador entrenado.",
            "Terminá la función con `return` y el modelo (`.fit(X, y)` devuelve el modelo).",
        )


@check("entrenar-autotest", points=0.5)
def saved_model_takes_raw_rows(student: Student, rng: Generator) -> None:
    """El modelo guardado se carga solo y acepta las columnas originales, con faltantes."""
    _expect_training(student)
    _, evaluation = _split()
    rows = evaluation[COLUMNS].iloc[rng.permutation(len(evaluation))[:60]].copy()
    rows.loc[rows.index[rng.random(60) < 0.5], "age"] = np.nan
    rows.loc[rows.index[rng.random(60) < 0.3], "embarked"] = np.nan
    _predictions(student.model("modelo.joblib"), rows)


@check("entrenar-autotest", points=1, needs=saved_model_takes_raw_rows)
def saved_model_generalises(student: Student, rng: Generator) -> None:
    """El modelo guardado acierta en pasajeros que no vio mucho más que decir siempre que no."""
    _, evaluation = _split()
    accuracy = float((_said(student) == evaluation["survived"].to_numpy()).mean())
    if accuracy < BETTER_THAN:
        fail(
            f"Acierta en {percent(accuracy, 1)} de los pasajeros de evaluación; se espera "
            f"{100 * BETTER_THAN:.0f} % o más (decir siempre que no sobrevivió acierta en 61 %).",
            "¿Entran `sex` y `pclass` en el modelo? ¿Guardaste el que entrenaste?",
        )
    if accuracy > TOO_GOOD:
        fail(
            f"Acierta en {percent(accuracy, 1)} de los pasajeros de evaluación: demasiado bueno. "
            "Un modelo que no los vio no llega a eso.",
            "Entrená solo con `X_entrenamiento` e `y_entrenamiento`.",
        )


def _of_other_labels(student: Student) -> Any:
    asked = "student['entrenar'](X, y).predict(otros)"
    with _advice(
        {RAISED: "Todo el preprocesamiento va adentro del modelo (un Pipeline), ya entrenado."},
        renamed={f"`{asked}`": "Predecir con el modelo que devuelve `entrenar`"},
    ):
        return student.probe(asked)


@check("entrenar-autotest", points=0.5)
def training_uses_its_arguments(student: Student, rng: Generator) -> None:
    """`entrenar` aprende de los datos que recibe, y no de otros."""
    _expect_training(student)
    training, evaluation = _split()
    chosen = training.iloc[rng.permutation(len(training))[:450]]
    student.define(
        "import pandas as pd\nnan = float('nan')\n"
        f"X = pd.DataFrame({chosen[COLUMNS].to_dict('list')!r})\n"
        f"y = pd.Series({(1 - chosen['survived']).tolist()!r})\n"
        f"otros = pd.DataFrame({evaluation[COLUMNS].to_dict('list')!r})\n"
    )
    answers = as_float_array(_of_other_labels(student))
    if answers is None or answers.shape != (len(evaluation),):
        fail(
            "El modelo que devuelve `entrenar` no predice 0 o 1 para cada pasajero.",
            CLASSIFIER,
        )
    if float((answers == evaluation["survived"].to_numpy()).mean()) > 0.5:
        fail(
            "Con las etiquetas dadas vuelta, el modelo no aprendió lo contrario.",
            "Usá los argumentos `X` e `y`, no las variables del cuaderno ni el archivo entero.",
        )


# --- Part 2: the evidence -------------------------------------------------------------------

FAKES = """
import numpy as np

class Umbral:
    classes_ = np.array([0, 1])

    def predict(self, X):
        return (X["fare"].to_numpy() > 30).astype(int)

    def predict_proba(self, X):
        p = np.clip(X["fare"].to_numpy() / 100, 0, 1)
        return np.column_stack([1 - p, p])

    def fit(self, X, y):
        raise RuntimeError("este modelo ya estaba entrenado")

class SinProbabilidad:
    classes_ = np.array([0, 1])

    def predict(self, X):
        return (X["fare"].to_numpy() > 30).astype(int)
"""


def _passengers(rng: Generator) -> tuple[pd.DataFrame, pd.Series]:
    """120 passengers in random order, with fares that the judge draws, and their labels."""
    titanic = pd.concat(_split())
    rows = titanic.iloc[rng.permutation(len(titanic))[:120]]
    fares = np.round(rng.uniform(5, 95, len(rows)), 2)
    return rows[COLUMNS].assign(fare=fares), rows["survived"]


def _evidence(student: Student, fake: str, X: pd.DataFrame, y: pd.Series) -> pd.DataFrame:
    student.define(FAKES)
    with _advice(
        {
            "no attribute 'predict_proba'": "No todos los modelos la tienen: preguntá antes con "
            "`hasattr(modelo, 'predict_proba')`.",
            "no attribute 'fit'": "El modelo ya viene entrenado: acá no se entrena nada.",
            "ya estaba entrenado": "El modelo ya viene entrenado: acá no se entrena nada.",
        }
    ):
        table = student.call("armar_evidencia", Expr(f"{fake}()"), X, y)
    expect(table).to_be_frame(
        columns=EVIDENCE, hint="Las seis columnas se llaman como en la consigna."
    )
    if [str(label) for label in table.index] != [str(label) for label in X.index]:
        fail(
            f"La evidencia de {len(X)} pasajeros tiene {len(table)} filas con otro índice "
            "o en otro orden.",
            "Una fila por pasajero, en el orden y con el índice de `X`.",
        )
    return table


def _expect_column(table: pd.DataFrame, column: str, wanted: Any, hint: str) -> None:
    values = table.loc[:, column]
    if isinstance(values, pd.DataFrame):
        fail(f"La evidencia tiene más de una columna `{column}`.", "Dejá una de cada una.")
    for found, expected in zip(values.tolist(), np.asarray(wanted).tolist(), strict=True):
        number = as_number(found)
        near = number is not None and isinstance(expected, (int, float))
        if not (abs(number - expected) < 1e-9 if near else found == expected):
            fail(f"En la columna `{column}` hay {shown(found)} donde iba otro valor.", hint)


@check("evidencia-autotest", points=0.5)
def evidence_says_what_the_model_said(student: Student, rng: Generator) -> None:
    """La evidencia dice, fila por fila, qué pasó, qué dijo el modelo y a qué grupos pertenece."""
    X, y = _passengers(rng)
    table = _evidence(student, "Umbral", X, y)
    fares, groups = X["fare"].to_numpy(), _groups(X)
    _expect_column(table, "y_true", y.to_numpy(), "`y_true` es la `y` que recibe la función.")
    _expect_column(
        table,
        "y_pred",
        (fares > 30).astype(int),
        "Es el `predict(X)` del modelo que recibe la función: no lo calcules con `y_score` y 0,5.",
    )
    _expect_column(
        table,
        "y_score",
        fares / 100,
        "`y_score` es la probabilidad de la clase 1: la segunda columna de `predict_proba`.",
    )
    for column in ("sexo", "clase", "edad"):
        _expect_column(table, column, groups[column], "Los grupos salen de `grupos(X)`.")


@check("evidencia-autotest", points=0.5)
def evidence_without_probabilities(student: Student, rng: Generator) -> None:
    """Con un modelo que no da probabilidades, la evidencia se arma igual: y_score es nan."""
    X, y = _passengers(rng)
    table = _evidence(student, "SinProbabilidad", X, y)
    scores = table["y_score"]
    if not isinstance(scores, pd.Series) or scores.notna().any():
        fail(
            "El modelo no tiene `predict_proba` y la columna `y_score` no quedó toda en nan.",
            "Preguntá `hasattr(modelo, 'predict_proba')`, y si no, poné `np.nan`.",
        )
    _expect_column(
        table,
        "y_pred",
        (X["fare"].to_numpy() > 30).astype(int),
        "`y_pred` es el `predict(X)` del modelo que recibe la función.",
    )


@check("evidencia-autotest", points=1, needs=saved_model_takes_raw_rows)
def saved_evidence_is_of_the_saved_model(student: Student, rng: Generator) -> None:
    """`evidencia.csv` es la de `modelo.joblib` en los pasajeros de evaluación."""
    training, evaluation = _split()
    table = _read_evidence(student.file("evidencia.csv"))
    rows = as_float_array(table["pasajero"].to_numpy())
    if rows is not None and np.array_equal(rows, np.arange(len(evaluation))):
        fail(
            f"En `evidencia.csv`, `pasajero` va de 0 a {len(rows) - 1}: no dice quién es cada uno.",
            "Conservá el índice de `X`: es el número de fila del pasajero en `titanic.csv`.",
        )
    if rows is None or sorted(rows) != sorted(evaluation.index):
        seen = 0 if rows is None else int(np.isin(rows, training.index).sum())
        fail(
            f"`evidencia.csv` tiene {len(table)} filas, {seen} de ellas de entrenamiento; iba "
            f"una por cada uno de los {len(evaluation)} pasajeros de evaluación.",
            "Armala con el índice de `X` y con los datos de evaluación: lo que el modelo ya vio no "
            "es evidencia.",
        )
    ordered = table.set_index(rows.astype(int)).loc[evaluation.index]
    wanted = {
        "y_true": evaluation["survived"].to_numpy(),
        "y_pred": _said(student),
        "y_score": _scored(student),
    }
    for column, values in wanted.items():
        if values is None:  # a model without probabilities
            continue
        found = as_float_array(ordered[column].to_numpy())
        near = None if found is None else np.isclose(found, values, atol=1e-6)
        different = len(values) if near is None else int((~near).sum())
        if different:
            what, hint = OF_THE_PASSENGER if column == "y_true" else OF_THE_MODEL
            where = f"En {different} de {len(values)} filas de `evidencia.csv`"
            fail(f"{where}, `{column}` no es lo que {what}.", hint)


OF_THE_PASSENGER = (
    "le pasó a ese pasajero",
    "`y_true` es la `y` que recibe la función, alineada con el índice de `X`. Corregilo y volvé a "
    "guardar la evidencia.",
)
OF_THE_MODEL = (
    "da `modelo.joblib`",
    "¿`armar_evidencia` anota lo que dice el modelo, sin volver a entrenarlo? Entonces corré de "
    "nuevo, en orden, las celdas que guardan el modelo y la evidencia.",
)


def _read_evidence(content: bytes | None) -> pd.DataFrame:
    hint = "La celda que la guarda ya está escrita: corré todo el cuaderno, de arriba abajo."
    if content is None:
        fail("Todavía no hay `evidencia.csv` en la carpeta del cuaderno.", hint)
    try:
        table = pd.read_csv(io.BytesIO(content), nrows=5_000)
    except (ValueError, OverflowError) as error:
        fail(f"`evidencia.csv` no se puede leer como CSV ({type(error).__name__}).", hint)
    columns = "Son las columnas que arma `armar_evidencia`, con los nombres de la consigna."
    return expect(table).to_be_frame(columns=("pasajero", *EVIDENCE), hint=columns).value


# --- Part 3: metrics ------------------------------------------------------------------------


def _outcomes(rng: Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels and predictions with precision, recall and accuracy far apart from one another."""
    truth = (rng.random(n) < 0.35).astype(int)
    noise = rng.random(n)
    return truth, np.where(truth == 1, noise < 0.45, noise < 0.12).astype(int)


def _measured(truth: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """n, accuracy, precision and recall of class 1; nan where the denominator is 0."""
    hits = int(((truth == 1) & (predicted == 1)).sum())
    said, were = int((predicted == 1).sum()), int((truth == 1).sum())
    return {
        "n": float(len(truth)),
        "exactitud": float((truth == predicted).mean()),
        "precision": hits / said if said else np.nan,
        "recall": hits / were if were else np.nan,
    }


def _expect_metrics(found: Any, wanted: dict[str, float], where: str) -> None:
    for name, value in wanted.items():
        number = as_number(found[name])
        if number is not None and np.isclose(number, value, atol=1e-6, rtol=0, equal_nan=True):
            continue
        if np.isnan(value):
            why = "el modelo nunca dijo 1" if name == "precision" else "no había ningún 1"
            fail(
                f"{where} ({why}), `{name}` dio {shown(found[name])}.",
                "Esa métrica no existe ahí: es `nan`, y no 0. En scikit-learn, "
                "`zero_division=np.nan`.",
            )
        fail(f"{where}, `{name}` dio {shown(found[name])}.", _metric_hint(name, number, wanted))


def _metric_hint(name: str, number: float | None, wanted: dict[str, float]) -> str:
    if number is None or name == "n":
        return "`n` es la cantidad de casos; las métricas, números de 0 a 1."
    for other in METRICS[1:]:
        if other != name and np.isclose(number, wanted.get(other, np.nan), atol=1e-6):
            return f"Ese número es `{other}`, no `{name}`. Mirá el orden: primero `y_true`."
    if np.isclose(number, 100 * wanted[name], atol=1e-3):
        return "De 0 a 1, no en porcentaje."
    if any(abs(number - round(wanted[name], digits)) < 1e-12 for digits in range(1, 6)):
        return "Sin redondear: se redondea recién al escribir la card."
    return (
        "Precisión: de los que dijo 1, qué parte era 1. Recall: de los que eran 1, en qué parte "
        "dijo 1. En scikit-learn, sin `average` ni `pos_label`: por defecto la clase es la 1."
    )


@check("metricas-autotest", points=0.5)
def metrics_are_right(student: Student, rng: Generator) -> None:
    """Exactitud, precisión y recall están bien calculadas, sin redondear."""
    truth, predicted = _outcomes(rng, 1_000)
    shuffled = rng.permutation(len(truth))
    for y_true, y_pred in (
        (truth, predicted),
        (pd.Series(truth, index=shuffled), pd.Series(predicted, index=shuffled)),
    ):
        found = student.call("metricas", y_true, y_pred)
        expect(found).to_have_keys(METRICS, hint=NAMES)
        _expect_metrics(found, _measured(truth, predicted), "Con 1.000 casos")


@check("metricas-autotest", points=0.5)
def a_metric_that_does_not_exist_is_nan(student: Student, rng: Generator) -> None:
    """Una métrica que no se puede calcular es nan, y no 0."""
    truth, predicted = _outcomes(rng, 200)
    never = np.zeros_like(truth)
    for y_true, y_pred in ((truth, never), (never, predicted)):
        with _advice(NOTHING_TO_DIVIDE_BY):
            found = student.call("metricas", pd.Series(y_true), pd.Series(y_pred))
        expect(found).to_have_keys(METRICS, hint=NAMES)
        wanted = _measured(y_true, y_pred)
        both = {name: wanted[name] for name in ("precision", "recall")}
        _expect_metrics(found, both, "Con 200 casos")


@check("metricas-autotest", points=1)
def metrics_by_group(student: Student, rng: Generator) -> None:
    """Las métricas por grupo usan solo las filas de ese grupo, y está cada grupo."""
    column = "puerto"  # none of the notebook's: any column may say the group
    names = np.array(["uno", "dos", "tres"])[rng.choice(3, 900, p=[0.6, 0.3, 0.1])]
    truth, predicted = _outcomes(rng, 900)
    predicted[names == "tres"] = 0
    evidence = pd.DataFrame({"y_true": truth, "y_pred": predicted, "y_score": 0.5, column: names})
    evidence.index = rng.permutation(900) + 50
    had = ", ".join(f"`{name}`" for name in evidence.columns)
    missing = f"Esa evidencia tiene {had}: usá los argumentos, y no un nombre o una tabla fijos."
    with _advice({"KeyError": missing, **NOTHING_TO_DIVIDE_BY}):
        table = student.call("metricas_por_grupo", evidence, column)
    expect(table).to_be_frame(columns=METRICS, hint=f"Una fila por grupo. {NAMES}")
    if sorted(map(str, table.index)) != ["dos", "tres", "uno"]:
        fail(
            f"La tabla tiene las filas {list(table.index)[:6]}; los grupos son uno, dos y tres.",
            "Una fila por grupo, con el nombre del grupo en el índice: `groupby(columna)`.",
        )
    table.index = [str(label) for label in table.index]
    for name in ("uno", "dos", "tres"):
        row = dict(zip(table.columns, table.loc[name].tolist(), strict=True))
        row = {key: np.nan if value is None else value for key, value in row.items()}
        of = names == name
        if as_number(row["n"]) == len(names):
            fail(
                f"En el grupo {name!r} de `{column}`, `n` dio {len(names)}, que son todas.",
                "A cada grupo se lo mide solo con sus filas.",
            )
        wanted = _measured(truth[of], predicted[of])
        _expect_metrics(row, wanted, f"En el grupo {name!r} de `{column}`")


# --- Part 4: the gap ------------------------------------------------------------------------


def _table(rng: Generator) -> pd.DataFrame:
    """Five groups. The extremes are neither first nor last, nor the largest or the smallest two;
    one group has exactly 10 cases, one 9; only one has 95 or more; each metric has its own gap."""
    middle, high, low, tiny = rng.uniform([0.4, 0.6, 0.2, 0.01], [0.5, 0.7, 0.3, 0.1])
    return pd.DataFrame(
        {
            "n": [int(rng.integers(100, 200)), int(rng.integers(60, 90)), 10, 50, 9],
            "recall": [middle, high, low, middle + 0.05, tiny],
            "precision": [middle, np.nan, low - 0.1, high + 0.1, 1.0],
            "exactitud": [middle, high + 0.1, low, middle, tiny],
        },
        index=list("abcde"),
    )


def _range(values: pd.Series) -> float:
    return float(values.max() - values.min())


def _expect_gap(found: Any, wanted: float, what: str, hint: str) -> None:
    number = as_number(found)
    if number is None or not np.isclose(number, wanted, atol=1e-9, equal_nan=True):
        fail(f"{what}, `brecha` dio {describe(found)}.", hint)


@check("brecha-autotest", points=0.5)
def gap_is_largest_minus_smallest(student: Student, rng: Generator) -> None:
    """La brecha es el mayor menos el menor, entre los grupos con casos suficientes."""
    table = _table(rng)
    recall = table["recall"]
    ten = recall[table["n"] >= 10]
    _expect_gap(
        student.call("brecha", table, "recall"),
        _range(ten),
        "Con grupos de 9 y de 10 casos y `n_min` en 10",
        "Entran los grupos con `n_min` casos o más; de ellos, el mayor menos el menor.",
    )
    _expect_gap(
        student.call("brecha", table, "recall", n_min=1),
        _range(recall),
        "Con `n_min` en 1",
        "Usá el argumento `n_min`, no un 10 fijo.",
    )


@check("brecha-autotest", points=0.5)
def gap_needs_two_groups(student: Student, rng: Generator) -> None:
    """Los grupos con nan no entran, y con menos de dos grupos no hay brecha: nan."""
    table = _table(rng)
    kept = table["precision"][table["n"] >= 10].dropna()
    found, others = student.call("brecha", table, "precision"), table[table["n"] >= 10]
    hint = "El mayor menos el menor, sin los grupos chicos y sin los nan (`dropna`)."
    if as_number(found) in [_range(others[name]) for name in ("recall", "exactitud")]:
        hint = "Esa es la brecha de otra columna: usá el argumento `metrica`."
    _expect_gap(found, _range(kept), "Con un grupo cuya precisión es nan", hint)
    _expect_gap(
        student.call("brecha", table, "recall", n_min=55),
        float(table["recall"]["b"] - table["recall"]["a"]),
        "Con dos grupos que llegan a `n_min`",
        "Entran los grupos con `n_min` casos o más, y con dos ya hay brecha.",
    )
    for n_min, how_many in ((95, "un solo grupo"), (5_000, "ningún grupo")):
        with _advice({RAISED: "Contá cuántos grupos quedan antes de buscar el mayor y el menor."}):
            found = student.call("brecha", table, "recall", n_min=n_min)
        _expect_gap(
            found,
            float("nan"),
            f"Con {how_many} que llegue a `n_min`",
            'Con menos de dos grupos devolvé `float("nan")`: un 0 diría que son iguales.',
        )


# --- Part 5: the card -----------------------------------------------------------------------

REQUIRED = (("accuracy", "la", "exactitud"), ("recall", "el", "recall"))
REQUIRED_GROUPS = (("", "en el total"), ("mujer", "de las mujeres"), ("varón", "de los varones"))


def _assessed(student: Student) -> Assessment:
    """What the card says, without looking at whether its figures are true."""
    training, evaluation = _split()
    groups = Groups.of(_groups(evaluation), ALIASES)

    def read() -> Assessment:
        rows = declared(student, len(training), len(evaluation))
        return assess(read_card(student), groups, declared=rows)

    return student.once("assessed", read)


@check("card-autotest", points=1)
def card_has_its_seven_sections(student: Student, rng: Generator) -> None:
    """La card tiene las siete secciones con contenido propio, y sus renglones son ciertos."""
    found = _assessed(student)
    fail_on(found.of(Kind.UNREADABLE, Kind.SECTION, Kind.BLANK, Kind.FIELD))


@check("card-autotest", points=0.5)
def card_measures_a_subgroup(student: Student, rng: Generator) -> None:
    """La card mide por subgrupo: una tabla con el total y al menos un grupo."""
    found = _assessed(student)
    remark(student, found)
    fail_on(found.of(Kind.UNREADABLE, Kind.EVIDENCE_MISSING))


@check("card-autotest", points=0.5)
def card_says_what_is_out_of_scope(student: Student, rng: Generator) -> None:
    """La card nombra un uso para el que no se debe usar el modelo."""
    fail_on(_assessed(student).of(Kind.UNREADABLE, Kind.OUT_OF_SCOPE))


@check("card-autotest", points=1, needs=saved_model_takes_raw_rows)
def card_is_true_of_the_saved_model(student: Student, rng: Generator) -> None:
    """Las celdas de la tabla son las de `modelo.joblib`, en el total y por grupo."""
    truth = _truth(student)
    found = assess(read_card(student), truth.groups, truth)
    fail_on(found.of(Kind.UNREADABLE, Kind.CELL_FALSE))
    for level, whom in REQUIRED_GROUPS:
        for metric, article, name in REQUIRED:
            if not _is_shown(found, metric, level):
                fail(
                    f"En la tabla de la card no está {article} {name} {whom}.",
                    "Como mínimo van la exactitud y el recall, en el total y por sexo: pegá la "
                    "tabla del cuaderno. En una frase no alcanza.",
                )


def _is_shown(found: Assessment, metric: str, level: str) -> bool:
    """Whether the evidence has a true figure of ``metric``: of a level of sex, or of the whole."""
    column = "sexo" if level else ""
    return any(
        cell.is_true
        and cell.key == metric
        and (cell.column, cell.level, cell.is_global) == (column, level, not level)
        for cell in found.evidence
    )

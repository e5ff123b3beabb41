"""Each check of ejercicio-5-model-card against right, different and plausibly wrong answers."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import joblib
import jupytext
import matplotlib
import numpy as np
import pandas as pd
import pytest
import the_course
from the_course import ROOT

from autograder.checking import DirectStudent, run_checks
from autograder.records import Result, Verdict
from autograder.truth.answers import Answer

matplotlib.use("agg")
NAME = "ejercicio-5-model-card"
FOLDER = ROOT / "solutions" / NAME
checks = the_course.checks(NAME)
CELLS = [
    cell
    for cell in jupytext.read(FOLDER / "ejercicio-5-model-card.py").cells
    if cell.cell_type == "code"
]
CARD = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")
FUNCTIONS = ("entrenar", "armar_evidencia", "metricas", "metricas_por_grupo", "brecha")
SAVING = ("guardar-modelo", "guardar-evidencia")


def cell(grade_id: str) -> str:
    return next(
        c.source for c in CELLS if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """The names of the solution's notebook and the folder with the files that it leaves."""
    folder = tmp_path_factory.mktemp("referencia")
    names: dict = {"__name__": "__main__"}
    with contextlib.chdir(FOLDER):
        exec(CELLS[0].source, names)
    with contextlib.chdir(folder):
        exec(cell("datos"), names)
        for each in CELLS:
            if each.metadata.get("nbgrader", {}).get("solution"):
                exec(each.source, names)
        for grade_id in SAVING:
            exec(cell(grade_id), names)
    (folder / "MODEL_CARD.md").write_text(CARD, encoding="utf-8")
    return names, folder


@pytest.fixture
def graded(reference, tmp_path: Path) -> Callable[..., dict[str, Verdict]]:
    """Grade the reference with other definitions, other files or another card."""

    def grade(source: str = "", card: str | None = CARD, save: bool = False, seed: int = 1):
        names, folder = dict(reference[0]), tmp_path / "entrega"
        for each in CELLS:  # again, so that the functions see one another's other definitions
            if each.metadata.get("nbgrader", {}).get("solution"):
                exec(each.source, names)
        shutil.copytree(reference[1], folder, dirs_exist_ok=True)
        with contextlib.chdir(folder):
            exec(source, names)
            for grade_id in SAVING if save else ():
                with contextlib.suppress(Exception):
                    exec(cell(grade_id), names)
        if card is None:
            (folder / "MODEL_CARD.md").unlink()
        else:
            card = card(folder) if callable(card) else card
            (folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
        verdicts = run_checks(checks, DirectStudent(names, folder), seed=seed)
        return {verdict.id: verdict for verdict in verdicts}

    return grade


def lost(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status != "passed"}


def true_card(folder: Path) -> str:
    """The reference's card with the figures of whatever model lies in ``folder``."""
    _, evaluation = checks._split()
    predicted = joblib.load(folder / "modelo.joblib").predict(evaluation[checks.COLUMNS])
    groups = checks._groups(evaluation)
    lines = ["| Grupo | Casos | Exactitud | Recall |", "|---|---|---|---|"]
    for label, mask in [
        ("Global", np.ones(len(evaluation), dtype=bool)),
        *((f"sexo = {name}", (groups["sexo"] == name).to_numpy()) for name in ("mujer", "varón")),
    ]:
        truth, said = evaluation["survived"].to_numpy()[mask], predicted[mask]
        accuracy, recall = (truth == said).mean(), said[truth == 1].mean()
        lines.append(f"| {label} | {mask.sum()} | {accuracy:.3f} | {recall:.3f} |")
    model = joblib.load(folder / "modelo.joblib")
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    card = CARD.replace("`RandomForestClassifier`", f"`{type(last).__name__}`")
    before, rest = card.split("| Grupo |")
    after = "## 6. Cons" + rest.split("## 6. Cons")[1]
    return before + "\n".join(lines) + "\n\nEl recall dice más que la exactitud.\n\n" + after


@pytest.mark.parametrize("seed", range(5))
def test_reference_passes(graded, seed: int) -> None:
    assert lost(graded(seed=seed)) == set()


def test_stub_scores_zero_and_says_not_yet(tmp_path: Path) -> None:
    def stub(*args, **kwargs):
        raise NotImplementedError("falta")

    student = DirectStudent(dict.fromkeys(FUNCTIONS, stub), tmp_path)
    verdicts = run_checks(checks, student, seed=1)
    assert sum(verdict.points for verdict in verdicts) == 0
    assert {verdict.status for verdict in verdicts} == {"failed", "skipped"}
    for verdict in verdicts:
        assert verdict.message.startswith(("Todavía no", "Omitido"))


def test_empty_submission_scores_zero(tmp_path: Path) -> None:
    verdicts = run_checks(checks, DirectStudent({}, tmp_path), seed=1)
    assert {verdict.status for verdict in verdicts} == {"failed", "skipped"}


PIPELINE = """
from sklearn.pipeline import Pipeline
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import StandardScaler, OrdinalEncoder
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from sklearn.svm import SVC, LinearSVC
from sklearn.ensemble import VotingClassifier, HistGradientBoostingClassifier
from sklearn.model_selection import GridSearchCV
def preparacion():
    return ColumnTransformer([
        ("textos", make_pipeline(SimpleImputer(strategy="most_frequent"),
                                 OneHotEncoder(handle_unknown="ignore")), ["sex", "embarked"]),
        ("numeros", make_pipeline(SimpleImputer(), StandardScaler()),
         ["pclass", "age", "sibsp", "parch", "fare"])])
"""

RIGHT_MODELS = {
    "logistic regression": "make_pipeline(preparacion(), LogisticRegression(max_iter=500))",
    "no probabilities": "make_pipeline(preparacion(), LinearSVC())",
    "its own threshold": "make_pipeline(preparacion(), SVC())",
    "a grid search": "GridSearchCV(make_pipeline(preparacion(), DecisionTreeClassifier("
    "random_state=1)), {'decisiontreeclassifier__max_depth': [2, 4]}, cv=3)",
    "a vote, fitted in place": "VotingClassifier([('a', make_pipeline(preparacion(), "
    "LogisticRegression())), ('b', make_pipeline(preparacion(), DecisionTreeClassifier("
    "max_depth=3)))], voting='soft')",
    "missing values inside": "make_pipeline(make_column_transformer((OrdinalEncoder(), "
    "['sex', 'embarked']), remainder='passthrough'), "
    "HistGradientBoostingClassifier(max_iter=30, random_state=1))",
}


@pytest.mark.parametrize("name", RIGHT_MODELS)
def test_any_classifier_is_accepted(graded, name: str) -> None:
    source = f"""{PIPELINE}
def entrenar(datos, etiquetas):
    modelo = {RIGHT_MODELS[name]}
    modelo.fit(datos, etiquetas)
    return modelo
"""
    assert lost(graded(source, card=true_card, save=True)) == set()


RIGHT = {
    "evidence with assign": """
def armar_evidencia(m, datos, etiquetas):
    try:
        p = m.predict_proba(datos)[:, 1]
    except AttributeError:
        p = np.full(len(datos), np.nan)
    return grupos(datos).assign(y_score=p, y_true=etiquetas, y_pred=m.predict(datos), extra=1)
""",
    "evidence row by row": """
def armar_evidencia(modelo, X, y):
    filas, pred, g = [], modelo.predict(X), grupos(X)
    tiene = hasattr(modelo, "predict_proba")
    for i, pasajero in enumerate(X.index):
        score = modelo.predict_proba(X.iloc[[i]])[0, 1] if tiene else None
        filas.append([y.loc[pasajero], int(pred[i]), score, *g.loc[pasajero]])
    return pd.DataFrame(filas, index=X.index, dtype=object,
                        columns=["y_true", "y_pred", "y_score", "sexo", "clase", "edad"])
""",
    "metrics by hand": """
def metricas(real, dicho):
    real, dicho = np.asarray(real), np.asarray(dicho)
    vp = sum(1 for r, d in zip(real, dicho) if r == 1 and d == 1)
    dijo, era = int((dicho == 1).sum()), int((real == 1).sum())
    return {"n": real.size, "exactitud": np.mean(real == dicho),
            "precision": vp / dijo if dijo else float("nan"),
            "recall": vp / era if era else float("nan"), "f1": 0.3}
""",
    "metrics with pandas": """
def metricas(y_true, y_pred):
    t = pd.DataFrame({"real": np.asarray(y_true), "dicho": np.asarray(y_pred)})
    return pd.Series({
        "n": len(t),
        "exactitud": t.real.eq(t.dicho).mean(),
        "precision": t.loc[t.dicho == 1, "real"].mean(),
        "recall": t.loc[t.real == 1, "dicho"].mean()})
""",
    "groups with a loop": """
def metricas_por_grupo(evidencia, columna):
    nombres = list(evidencia[columna].unique())[::-1]
    tabla = pd.DataFrame(index=nombres, columns=["recall", "precision", "exactitud", "n"])
    for nombre in nombres:
        del_grupo = evidencia[evidencia[columna] == nombre]
        for clave, valor in metricas(del_grupo["y_true"], del_grupo["y_pred"]).items():
            tabla.loc[nombre, clave] = valor
    return tabla
""",
    "groups with apply": """
def metricas_por_grupo(evidencia, columna):
    return evidencia.groupby(columna).apply(
        lambda parte: pd.Series(metricas(parte["y_true"], parte["y_pred"])))
""",
    "groups as a transposed dict": """
def metricas_por_grupo(evidencia, columna):
    return pd.DataFrame({g: metricas(p.y_true.to_numpy(), p.y_pred.to_numpy())
                         for g, p in evidencia.groupby(columna)}).T
""",
    "gap with a loop": """
def brecha(tabla, metrica, n_min=10):
    valores = [fila[metrica] for _, fila in tabla.iterrows()
               if fila["n"] >= n_min and fila[metrica] == fila[metrica]]
    return max(valores) - min(valores) if len(valores) > 1 else float("nan")
""",
    "gap with query": """
def brecha(tabla, metrica, n_min=10):
    v = tabla.query("n >= @n_min")[metrica].to_numpy(dtype=float)
    v = v[~np.isnan(v)]
    return np.nan if v.size < 2 else np.ptp(v)
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_answer_gets_full_marks(graded, name: str) -> None:
    assert lost(graded(RIGHT[name])) == set()


def swapped(*pairs: tuple[str, str]) -> str:
    card = CARD
    for old, new in pairs:
        assert old in card
        card = card.replace(old, new)
    return card


RIGHT_CARDS = {
    "percentages with commas": swapped(
        ("| 0.821 | 0.795 | 0.721 |", "| 82,1 % | 79,5 % | 72,1 % |"),
        ("| 0.819 | 0.822 | 0.968 |", "| 81,9% | 82,2% | 96,8% |"),
        ("| 0.821 | 0.400 | 0.083 |", "| 82,1% | 40,0% | 8,3% |"),
    ),
    "other names of the groups": swapped(
        ("sexo = mujer", "Mujeres"),
        ("sexo = varón", "Hombres"),
        ("clase = primera", "1.ª clase"),
        ("edad = menor de 16", "Menores de 16 años"),
    ),
    "in English": swapped(
        ("## 1. Detalles del modelo", "## Model Details"),
        ("## 2. Uso previsto", "## Intended Use"),
        ("### Usos fuera de alcance", "### Out-of-scope uses"),
        ("## 3. Datos de entrenamiento", "## Training Data"),
        ("## 4. Datos de evaluación", "## Evaluation Data"),
        ("## 5. Métricas", "## Metrics"),
        ("## 6. Consideraciones éticas", "## Ethical Considerations"),
        ("## 7. Limitaciones y recomendaciones", "## Caveats and Recommendations"),
        (
            "| Grupo | Casos | Exactitud | Precisión | Recall |",
            "| Group | n | Accuracy | Precision | Recall |",
        ),
        ("sexo = mujer", "female"),
        ("sexo = varón", "male"),
    ),
}


@pytest.mark.parametrize("name", RIGHT_CARDS)
def test_another_right_card_gets_full_marks(graded, name: str) -> None:
    assert lost(graded(card=RIGHT_CARDS[name])) == set()


RAW, BETTER, ARGUMENTS = (
    "saved_model_takes_raw_rows",
    "saved_model_generalises",
    "training_uses_its_arguments",
)
SAID, NO_SCORE, SAVED = (
    "evidence_says_what_the_model_said",
    "evidence_without_probabilities",
    "saved_evidence_is_of_the_saved_model",
)
METRICS = "metrics_are_right"
SECTIONS, SUBGROUP, SCOPE, TRUE = (
    "card_has_its_seven_sections",
    "card_measures_a_subgroup",
    "card_says_what_is_out_of_scope",
    "card_is_true_of_the_saved_model",
)
MODEL = {RAW, BETTER, SAVED, TRUE}  # the last three wait for the first

# wrong answer → (its code, the checks it must lose, words of the message of one of them)
WRONG_MODELS = {
    "missing values not handled": (
        f"{PIPELINE}\ndef entrenar(X, y):\n"
        "    X = X.assign(age=X['age'].fillna(30), embarked=X['embarked'].fillna('S'))\n"
        "    return make_pipeline(make_column_transformer((OneHotEncoder(), ['sex', 'embarked']),"
        " remainder='passthrough'), LogisticRegression(max_iter=2000)).fit(X, y)",
        {*MODEL, ARGUMENTS, SECTIONS},  # the reference card names another algorithm
        "NaN",
    ),
    "a comma too many": (
        "entrenar_bien = entrenar\ndef entrenar(X, y):\n    return entrenar_bien(X, y),",
        {*MODEL, ARGUMENTS},
        "devolvió una tupla de 1 elemento;",
    ),
}


@pytest.mark.parametrize("name", WRONG_MODELS)
def test_a_wrong_model_loses_its_checks_and_no_other(graded, name: str) -> None:
    source, checks_lost, words = WRONG_MODELS[name]
    card = CARD if RAW in checks_lost else true_card
    verdicts = graded(source, card=card, save=True)
    assert lost(verdicts) == checks_lost
    assert any(words in verdicts[each].message for each in checks_lost)


WRONG = {
    "y_pred from the score": (
        """
evidencia_bien = armar_evidencia
def armar_evidencia(modelo, X, y):
    tabla = evidencia_bien(modelo, X, y)
    return tabla.assign(y_pred=(tabla["y_score"] > 0.5).astype(int))
""",
        {SAID, NO_SCORE},
        "`y_pred`",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_loses_its_checks_and_no_other(graded, name: str) -> None:
    source, checks_lost, words = WRONG[name]
    verdicts = graded(source, save=True)
    assert lost(verdicts) == checks_lost
    assert any(words in verdicts[each].message for each in checks_lost)
    assert {verdicts[each].status for each in checks_lost} == {"failed"}


WRONG_CARDS = {
    "figures of another model": (
        swapped(("| 0.821 | 0.795 | 0.721 |", "| 0.844 | 0.810 | 0.780 |")),
        {TRUE},
        "0.844",
    ),
}


@pytest.mark.parametrize("name", WRONG_CARDS)
def test_a_wrong_card_loses_its_checks_and_no_other(graded, name: str) -> None:
    card, checks_lost, words = WRONG_CARDS[name]
    verdicts = graded(card=card)
    assert lost(verdicts) == checks_lost
    assert any(words in verdicts[each].message for each in checks_lost)
    assert {verdicts[each].status for each in checks_lost} == {"failed"}


UNREADABLE = {
    "too long": ("fila pegada\n" * 20_000, "demasiado larga"),
    "not text": ("PK\x03\x04\x00\x00" * 9, "no es texto"),
    "empty": ("\n", "está vacío"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_every_check_of_a_card_that_cannot_be_read_says_why(graded, name: str) -> None:
    card, words = UNREADABLE[name]
    verdicts = graded(card=card)
    assert lost(verdicts) <= {SECTIONS, SUBGROUP, SCOPE, TRUE}
    assert {SECTIONS, SUBGROUP, TRUE} <= lost(verdicts)
    assert all(words in verdicts[each].message for each in lost(verdicts))


def test_only_a_rounded_metric_is_called_rounded(graded) -> None:
    source = """
metricas_bien = metricas
def metricas(y_true, y_pred):
    return {k: v if k == "n" else AJUSTE for k, v in metricas_bien(y_true, y_pred).items()}
"""
    assert "Sin redondear" in graded(source.replace("AJUSTE", "round(v, 3)"))[METRICS].hint
    assert "Sin redondear" not in graded(source.replace("AJUSTE", "v + 0.0021"))[METRICS].hint


def in_the_sandbox(sandbox, source: str) -> Result:
    """The solution's notebook with other definitions, graded as a submission is."""
    answer = Answer(NAME, "otra", "", {"entrenar": cell("entrenar") + source})
    return the_course.graded(answer, sandbox, seed=1)


def test_a_class_of_the_notebook_inside_the_model(sandbox) -> None:
    source = """
class Mio:
    def fit(self, X, y=None): return self
    def transform(self, X): return X
entrenar_bien = entrenar
def entrenar(X, y): return make_pipeline(Mio(), entrenar_bien(X, y))
"""
    verdicts = {each.id: each for each in in_the_sandbox(sandbox, source).checks}
    assert lost(verdicts) == MODEL
    assert "no se puede cargar en un proceso nuevo" in verdicts[RAW].message


def test_an_older_evidence_is_not_that_of_the_model(graded) -> None:
    source = (
        "otro = make_pipeline(entrenar(X_entrenamiento, y_entrenamiento)[0],"
        " RandomForestClassifier(50, max_depth=2, random_state=1))"
        ".fit(X_entrenamiento, y_entrenamiento)\n"
        "joblib.dump(otro, 'modelo.joblib')"
    )
    verdicts = graded(source, card=true_card)
    assert lost(verdicts) == {SAVED}
    assert "no es lo que da `modelo.joblib`" in verdicts[SAVED].message


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"pasajero\n1\n"])
def test_a_strange_evidence_file_is_a_wrong_answer(reference, tmp_path, content: bytes) -> None:
    shutil.copytree(reference[1], tmp_path, dirs_exist_ok=True)
    (tmp_path / "evidencia.csv").write_bytes(content)
    verdicts = run_checks(checks, DirectStudent(reference[0], tmp_path), seed=1)
    assert {v.id for v in verdicts if v.status != "passed"} == {SAVED}


@pytest.mark.parametrize("value", [None, "texto", 3, [1], {}, np.arange(3), pd.DataFrame()])
def test_a_strange_value_is_a_wrong_answer(reference, value: object) -> None:
    names = reference[0] | {name: lambda *args, **kwargs: value for name in FUNCTIONS}
    verdicts = run_checks(checks, DirectStudent(names, reference[1]), seed=1)
    assert "error" not in {verdict.status for verdict in verdicts}
    own = [v for v in verdicts if v.cell != "card-autotest" and v.id not in (SAVED, BETTER)]
    assert {verdict.status for verdict in own} == {"failed"}

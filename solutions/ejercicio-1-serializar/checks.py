"""What is checked in ejercicio-1-serializar: training, hashing, saving with a sidecar, and a load
that verifies first.

The judge writes the files to be loaded and reads those that the student wrote; it unpickles
neither. To know whether a refused file was loaded all the same, its pickle leaves a marker file.
"""

import hashlib
import io
import json
import os
import pickle
import platform
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import joblib
import numpy as np
import pandas as pd
import sklearn
from numpy.random import Generator
from sklearn.tree import DecisionTreeClassifier

from autograder.checking import (
    Expr,
    Opaque,
    Student,
    check,
    describe,
    expect,
    fail,
    percent,
    same,
    shown,
)

TITANIC = Path(__file__).resolve().parents[2] / "datasets/titanic.csv"
COLUMNS = ["pclass", "sex", "age", "sibsp", "parch", "fare", "embarked"]
PORTS = ["Rosario", "Ushuaia", "Montevideo", "Bahía Blanca"]
CARD_KEYS = (
    "archivo",
    "sha256",
    "sha256_datos",
    "scikit_learn",
    "python",
    "columnas",
    "metricas",
    "fecha",
)
FOLDER = "_correccion"  # ours, inside the working folder: no name of the student's is touched
MODEL, CARD, DATA = (f"{FOLDER}/{name}" for name in ("ronda.joblib", "ronda.json", "datos.csv"))
LEARNED = 0.70  # accuracy on held-out passengers; always "no" gives 0.62, the reference 0.81
ENOUGH = "se esperaba 70 % o más (responder siempre lo más frecuente da alrededor de 62 %)"
RECENT = timedelta(hours=36)  # of any time zone

HELPERS = """
import io
from pathlib import Path

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier


def entrenar(X, y):
    '''Train with the student's function, keep the model, say what it is.'''
    global modelo
    modelo = student["entrenar"](X.copy(), y.copy())
    cadena = isinstance(modelo, Pipeline)
    ultimo = modelo[-1] if cadena else modelo
    return cadena, type(ultimo).__name__, isinstance(ultimo, RandomForestClassifier)


def predecir(X):
    '''The kept model's predictions, or the error as text.'''
    try:
        return modelo.predict(X)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]


def probabilidades(cargado, X):
    '''Those of a loaded model, the error as text, or None where it has no such method.'''
    if not hasattr(cargado, "predict_proba"):
        return None
    try:
        return cargado.predict_proba(X)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
"""


# --- 1a: entrenar -----------------------------------------------------------------------------


@check("entrenar-autotest", points=1)
def pipeline_learns_from_what_it_is_given(student: Student, rng: Generator) -> None:
    """`entrenar` devuelve un Pipeline con un bosque que aprende de los datos recibidos."""
    held_out = _trained(student, rng)
    accuracy = _accuracy(student, held_out)
    if accuracy < LEARNED:
        fail(
            f"Entrenado con etiquetas nuevas, el modelo acierta en {percent(accuracy)} de los "
            f"pasajeros que no vio; {ENOUGH}.",
            "Entrená con los argumentos X e y (no con las variables del cuaderno) y con todas las "
            "columnas, `sex` incluida.",
        )


@check("entrenar-autotest", points=0.5, needs=pipeline_learns_from_what_it_is_given)
def pipeline_withstands_production(student: Student, rng: Generator) -> None:
    """El modelo de `entrenar` predice con faltantes y con puertos que nunca vio."""
    held_out = _trained(student, rng)
    strange = held_out.copy()
    strange.loc[rng.random(len(strange)) < 0.4, "age"] = np.nan
    port = rng.choice([*PORTS, "S", ""], len(strange))
    strange["embarked"] = pd.Series(port, index=strange.index).replace("", None)
    accuracy = _accuracy(student, strange)
    few = strange.head(3).assign(age=np.nan, embarked=["S", None, PORTS[0]])
    _expect_predictions(student, few)
    if accuracy < LEARNED - 0.05:
        fail(
            f"Con faltantes y puertos nuevos, el modelo acierta en {percent(accuracy)} (sin "
            f"ellos, en {percent(_accuracy(student, held_out))}); se esperaba 65 % o más.",
            "Un dato que falta no debería arruinar la predicción: imputalo dentro del Pipeline.",
        )


@check("entrenar-autotest", points=0.5, needs=pipeline_learns_from_what_it_is_given)
def training_is_reproducible(student: Student, rng: Generator) -> None:
    """`entrenar`, dos veces con los mismos datos, da el mismo modelo."""
    student.define(_frame("X_nuevo", _trained(student, rng)[COLUMNS]))
    first = student.probe("modelo.predict_proba(X_nuevo)")
    student.probe("entrenar(X, y)")
    if not same(first, student.probe("modelo.predict_proba(X_nuevo)")):
        fail(
            "Con los mismos datos, dos entrenamientos dieron probabilidades distintas.",
            "Algo se sortea en cada entrenamiento: revisá que todo lo que tenga random_state "
            "reciba el mismo número entero, y que el bosque use n_jobs=1.",
        )


# --- 1a: sha256_de_archivo --------------------------------------------------------------------


@check("sha256-autotest", points=1)
def hash_is_that_of_the_content(student: Student, rng: Generator) -> None:
    """`sha256_de_archivo` da la huella de los bytes del archivo."""
    for size in (int(rng.integers(20, 60)), int(rng.integers(50_000, 200_000))):
        content = rng.bytes(size) + b"\r\n\xff\x00\n"
        path = f"{FOLDER}/{rng.integers(10**6)}.bin"
        student.write(path, content)
        try:
            answer = student.call("sha256_de_archivo", _path(student, path))
        finally:
            student.delete(path)
        _expect_hash(answer, content, path)


def _expect_hash(answer: Any, content: bytes, path: str) -> None:
    expect(answer).to_be_text(hint="Devolvé el texto de .hexdigest(), y no el objeto ni los bytes.")
    if answer in (_sha256(path.encode()), _sha256(Path(path).name.encode())):
        fail("Esa es la huella del nombre del archivo.", "Leé el contenido: ruta.read_bytes().")
    expect(answer).to_have_length(
        64, expected="un texto de 64 cifras hexadecimales", hint="Usá hashlib.sha256(...)."
    )
    expect(answer).to_equal(
        _sha256(content),
        expected="la huella SHA-256 de todo el contenido, en minúscula",
        hint="Leé el archivo entero y en binario: sin decodificarlo ni quitarle nada.",
    )


# --- 1a: guardar ------------------------------------------------------------------------------


@check("guardar-autotest", points=0.5)
def delivered_model_and_card_agree(student: Student, rng: Generator) -> None:
    """`modelo_titanic.joblib` y su ficha quedaron en la carpeta, y coinciden."""
    # The first of its cell: a `guardar` with a fixed name overwrites them when we call it.
    model, card = student.file("modelo_titanic.joblib"), student.file("modelo_titanic.json")
    for name, content in (("modelo_titanic.joblib", model), ("modelo_titanic.json", card)):
        if content is None:
            fail(
                f"Después de correr tu cuaderno no está `{name}`.",
                "Lo deja la celda que guarda el modelo del Titanic: si ahí hay un error, mirá "
                "primero `entrenar` y `guardar`; si no, revisá que guardes en la ruta recibida.",
            )
    card = _parsed(card, "modelo_titanic.json")
    if "sha256" not in card:
        fail(
            "A `modelo_titanic.json` le falta la clave `sha256`.",
            "Revisá `guardar` y ejecutá todo el cuaderno de nuevo.",
        )
    expect(card["sha256"]).to_equal(
        _sha256(model),
        expected="en `sha256` de modelo_titanic.json, la huella de modelo_titanic.joblib",
        hint="El modelo y su ficha se guardan juntos: ejecutá todo el cuaderno de nuevo.",
    )
    passengers = _titanic().sample(400, random_state=rng.integers(2**31))
    answer = np.asarray(student.model("modelo_titanic.joblib").predict(passengers[COLUMNS]))
    accuracy = float((answer == passengers["survived"].to_numpy()).mean())
    if accuracy < LEARNED:
        fail(
            f"El modelo de `modelo_titanic.joblib` acierta en {percent(accuracy)} de los "
            f"pasajeros; {ENOUGH}.",
            "Guardá el Pipeline que devuelve `entrenar`.",
        )


@check("guardar-autotest", points=1)
def saved_model_predicts_elsewhere(student: Student, rng: Generator) -> None:
    """El modelo que deja `guardar` se carga en otro proceso y predice lo mismo."""
    saved = student.once("saved", lambda: _save(student, rng))
    if saved.model is None:
        fail(
            "`guardar` no dejó ningún archivo en `ruta_modelo`.",
            "Guardá con joblib en la ruta que recibe la función, y no en un nombre fijo.",
        )
    fresh = saved.round.fresh_rows(rng)
    student.write(MODEL, saved.model)
    try:
        answer = student.model(MODEL).predict_proba(fresh)
    finally:
        student.delete(MODEL)
    if not same(answer, saved.round.tree.predict_proba(fresh)):
        fail(
            "El modelo que quedó en `ruta_modelo` no predice lo mismo que el que recibió "
            "`guardar`.",
            "Guardá el modelo que llega como argumento, y no otro del cuaderno.",
        )


@check("guardar-autotest", points=1)
def card_identifies_the_files(student: Student, rng: Generator) -> None:
    """La ficha de `guardar` identifica el archivo del modelo y el de los datos."""
    saved = student.once("saved", lambda: _save(student, rng))
    card = _card(saved)
    expect(card["archivo"]).to_equal(
        Path(MODEL).name,
        expected="en `archivo`, el nombre del archivo del modelo, sin carpetas",
        hint="Es ruta_modelo.name.",
    )
    if card["sha256"] == _sha256(saved.round.data):
        fail("En `sha256` está la huella de los datos.", "Ahí va la del archivo de `ruta_modelo`.")
    expect(card["sha256"]).to_equal(
        _sha256(saved.model or b""),
        expected="en `sha256`, la huella del archivo que quedó en ruta_modelo",
        hint="Usá tu sha256_de_archivo (¿ya pasa su prueba?) después de joblib.dump, y no vuelvas "
        "a escribir el archivo.",
    )
    expect(card["sha256_datos"]).to_equal(
        _sha256(saved.round.data),
        expected="en `sha256_datos`, la huella del archivo de ruta_datos",
        hint="Usá tu sha256_de_archivo con la ruta que recibe la función.",
    )


@check("guardar-autotest", points=0.5)
def card_says_how_it_was_made(student: Student, rng: Generator) -> None:
    """La ficha de `guardar` dice con qué versiones, columnas, métricas y fecha se hizo."""
    saved = student.once("saved", lambda: _save(student, rng))
    card = _card(saved)
    for key, version in (("scikit_learn", sklearn.__version__), ("python", _python())):
        expect(card[key]).to_equal(
            version,
            expected=f"en `{key}`, la versión instalada",
            hint="Preguntásela al programa: sklearn.__version__ y platform.python_version().",
        )
    expect(card["columnas"]).to_equal(
        list(saved.round.rows.columns),
        expected="en `columnas`, las del modelo recibido, en su orden",
        hint="Salen de modelo.feature_names_in_, convertido en lista.",
    )
    expect(card["metricas"]).to_equal(
        saved.round.metrics,
        expected="en `metricas`, el diccionario recibido, tal cual",
        hint="Es el argumento metricas, sin redondear ni cambiar los nombres.",
    )
    _expect_now(card["fecha"])


# --- 1b: mismas_predicciones ------------------------------------------------------------------


@check("comparar-autotest", points=0.5)
def different_labels_are_noticed(student: Student, rng: Generator) -> None:
    """`mismas_predicciones` es True si nada cambió, y False si cambió alguna etiqueta."""
    case = student.once("compared", lambda: _comparison(student, rng))
    _expect_same(student, case)
    labels = case.labels.copy()
    last = len(labels) // 2  # not among the first rows, where half a comparison would see it
    first, second = (last + int(rng.choice(np.flatnonzero(labels[last:] == k))) for k in (0, 1))
    labels[[first, second]] = labels[[second, first]]
    if _compare(student, case, labels=labels):
        fail(
            "Dos etiquetas estaban cambiadas de lugar y la función devolvió True.",
            "Compará una por una, todas. Contarlas o promediarlas no alcanza.",
        )


@check("comparar-autotest", points=0.5)
def different_probabilities_are_noticed(student: Student, rng: Generator) -> None:
    """`mismas_predicciones` es False si cambió una sola probabilidad."""
    case = student.once("compared", lambda: _comparison(student, rng))
    _expect_same(student, case)
    for size in (0.2, 5e-5):  # the second is within atol=5e-4, but not np.allclose's default
        probabilities = case.probabilities.copy()
        row = int(rng.integers(len(probabilities) // 2, len(probabilities)))
        up = 1 if probabilities[row, 0] < 0.5 else -1
        probabilities[row] += [up * size, -up * size]
        if _compare(student, case, probabilities=probabilities):
            fail(
                f"Una probabilidad estaba corrida en {size:.5f}".rstrip("0").replace(".", ",")
                + " y la función devolvió True.",
                "Compará también todas las probabilidades, con una tolerancia de 1e-9 o menos.",
            )


# --- 1b: cargar_verificado --------------------------------------------------------------------


@check("cargar-verificado-autotest", points=1)
def good_pair_is_loaded(student: Student, rng: Generator) -> None:
    """`cargar_verificado` devuelve el modelo cuando la huella y la versión coinciden."""
    made = _round(rng)
    with _Pair(student, _dumped(made.tree)) as pair:
        loaded = student.call("cargar_verificado", *pair.paths)
        _expect_one_object(loaded)
        fresh = made.fresh_rows(rng)
        student.define(_frame("X_nuevo", fresh))
        call = f"student['cargar_verificado']({pair.source})"
        answer = student.probe(f"probabilidades({call}, X_nuevo)")
    if answer is None:
        _not_the_model(loaded)
    if isinstance(answer, str):
        fail(
            f"Con una ficha correcta, lo que devolvió `cargar_verificado` no pudo predecir: "
            f"{answer}",
            "Devolvé lo que se carga de ruta_modelo, tal cual.",
        )
    expect(answer).to_be_close(
        made.tree.predict_proba(fresh),
        expected="un modelo que predice como el que se guardó",
        hint="Devolvé lo que se carga de ruta_modelo, tal cual.",
    )


def _expect_one_object(loaded: Any) -> None:
    """Something that can be a model: not None, and not data."""
    if loaded is None:
        fail(
            "Con una ficha correcta, `cargar_verificado` devolvió None; se esperaba el modelo.",
            "Después de verificar, devolvé lo que cargaste. ¿Falta el `return`?",
        )
    if not isinstance(loaded, Opaque):
        _not_the_model(loaded)


def _not_the_model(loaded: Any) -> NoReturn:
    fail(
        f"Con una ficha correcta, `cargar_verificado` devolvió {describe(loaded)}; se esperaba el "
        "modelo cargado, y nada más.",
        "Devolvé el objeto que leíste de ruta_modelo, sin acompañarlo de la ficha.",
    )


@check("cargar-verificado-autotest", points=1, needs=good_pair_is_loaded)
def changed_file_is_refused_unloaded(student: Student, rng: Generator) -> None:
    """`cargar_verificado` rechaza, sin cargarlo, un archivo que no es el de la ficha."""
    good = _dumped(_round(rng).tree)
    flipped = bytearray(good)
    flipped[int(rng.integers(len(good) // 4, len(good) // 2))] ^= 1 << int(rng.integers(8))
    what = "un archivo que cambió después de escribirse la ficha"
    name = Path(MODEL).name
    for content in (None, bytes(flipped)):
        with _Pair(student, content, described=good) as pair:
            pair.expect_refusal(what, words=(name,), reason="el nombre del archivo")


@check("cargar-verificado-autotest", points=0.5, needs=good_pair_is_loaded)
def other_version_is_refused_unloaded(student: Student, rng: Generator) -> None:
    """`cargar_verificado` rechaza, sin cargarlo, un modelo de otra versión de scikit-learn."""
    for version in (f"1.{rng.integers(0, 4)}.{rng.integers(0, 3)}", f"{sklearn.__version__}1"):
        with _Pair(student, None, scikit_learn=version) as pair:
            pair.expect_refusal(
                f"un modelo guardado con scikit-learn {version}",
                words=(version, sklearn.__version__),
                reason="las dos versiones, la de la ficha y la instalada",
            )


@check("cargar-verificado-autotest", points=0.5, needs=good_pair_is_loaded)
def silent_card_is_refused_unloaded(student: Student, rng: Generator) -> None:
    """`cargar_verificado` rechaza, sin cargar nada, cuando a la ficha le falta una clave."""
    for key in ("sha256", "scikit_learn"):
        with _Pair(student, None, **{key: None}) as pair:
            pair.expect_refusal(
                f"una ficha sin la clave `{key}`", words=(key,), reason="la clave que falta"
            )


# --- training ---------------------------------------------------------------------------------


@cache
def _titanic() -> pd.DataFrame:
    return pd.read_csv(TITANIC)


def _passengers(rng: Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A random split of the Titanic, labels turned over: 600 passengers to train, 289 or more held
    out, none with a port that training did not see (two passengers have none)."""
    shuffled = _titanic().sample(frac=1, random_state=rng.integers(2**31))
    turned = shuffled.assign(survived=1 - shuffled["survived"])
    return turned.iloc[:600], turned.iloc[600:].dropna(subset="embarked")


def _trained(student: Student, rng: Generator) -> pd.DataFrame:
    """Train once for every check, as training is the slow part; the passengers held out."""

    def train() -> pd.DataFrame:
        passengers, held_out = _passengers(rng)
        _train(student, passengers)
        return held_out

    return student.once("trained", train)


def _frame(name: str, frame: pd.DataFrame) -> str:
    """Source that defines ``name`` as this frame, in the private namespace."""
    return f"{name} = pd.read_csv(io.StringIO({frame.to_csv(index=False)!r}))"


def _train(student: Student, passengers: pd.DataFrame) -> None:
    """Train with the student's function; the model stays in the private namespace."""
    if not student.has("entrenar"):
        student.call("entrenar")
    student.define(HELPERS)
    student.define(_frame("tabla", passengers[[*COLUMNS, "survived"]]))
    student.define("X, y = tabla.drop(columns='survived'), tabla['survived']")
    answer = student.probe("entrenar(X, y)")
    is_pipeline, last, is_forest = expect(answer).to_have_length(3).value
    if not is_pipeline:
        fail(
            f"`entrenar` devolvió un objeto de tipo {last}; se esperaba un Pipeline.",
            "Armalo con make_pipeline(preparación, bosque) y devolvelo ya entrenado.",
        )
    if not is_forest:
        fail(
            f"El último paso del Pipeline es un {last}; se esperaba un RandomForestClassifier.",
            "El bosque va al final, después de todo el preprocesamiento.",
        )


def _expect_predictions(student: Student, passengers: pd.DataFrame) -> np.ndarray:
    """The kept model's predictions, shape (n,); the check fails if it cannot predict."""
    student.define(_frame("X_nuevo", passengers[COLUMNS]))
    answer = student.probe("predecir(X_nuevo)")
    if isinstance(answer, str):
        fail(
            f"El modelo de `entrenar` no pudo predecir: {answer}",
            "Poné adentro del Pipeline un SimpleImputer y un OneHotEncoder que sepa qué hacer con "
            "una categoría desconocida. ¿Lo devolviste ya entrenado?",
        )
    expect(answer).to_be_array(
        (len(passengers),),
        expected="una predicción numérica (0 o 1) por pasajero",
        hint="Entrená con `y` tal como llega, sin pasarla a texto.",
    )
    return np.asarray(answer, dtype=float)


def _accuracy(student: Student, passengers: pd.DataFrame) -> float:
    truth = passengers["survived"].to_numpy()
    return float((_expect_predictions(student, passengers) == truth).mean())


# --- saving -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Round:
    """Fresh data and a tree fitted on them: what a call to ``guardar`` is about."""

    rows: pd.DataFrame
    labels: np.ndarray
    tree: DecisionTreeClassifier
    data: bytes
    metrics: dict[str, float]

    def fresh_rows(self, rng: Generator) -> pd.DataFrame:
        """Rows that the tree did not see, with the same columns."""
        return _rows(rng, list(self.rows.columns), 500)


@dataclass(frozen=True)
class _Saved:
    """What a call to ``guardar`` left: bytes of the model and the card, and what it returned."""

    round: _Round
    returned: Any
    model: bytes | None
    card: bytes | None


def _rows(rng: Generator, columns: list[str], n: int) -> pd.DataFrame:
    """Numbers of few decimals, so that they cross as text unchanged."""
    return pd.DataFrame(rng.normal(size=(n, len(columns))).round(4), columns=columns)


def _round(rng: Generator) -> _Round:
    columns = [f"{stem}_{rng.integers(100)}" for stem in rng.permutation(["peso", "alto", "edad"])]
    rows = _rows(rng, columns, 600)
    labels = (rows.iloc[:, 0] + rng.normal(0, 0.6, len(rows)) > 0).to_numpy().astype(int)
    tree = DecisionTreeClassifier(max_depth=5, random_state=0).fit(rows, labels)
    metrics = {
        str(name): round(float(rng.random()), 4)
        for name in rng.permutation(["accuracy", "roc_auc"])
    }
    return _Round(rows, labels, tree, rng.bytes(300) + b"\r\n", metrics)


def _path(student: Student, path: str) -> Expr:
    student.define("from pathlib import Path")
    return Expr(f"Path({path!r})")


def _plant(student: Student, made: _Round) -> None:
    """Fit the round's tree again in the student's process, as ``ronda``."""
    student.define(HELPERS)
    student.define(_frame("X_ronda", made.rows))
    student.define(
        "ronda = DecisionTreeClassifier(max_depth=5, random_state=0)"
        f".fit(X_ronda, {made.labels.tolist()})"
    )


def _save(student: Student, rng: Generator) -> _Saved:
    """Call ``guardar`` on a fresh round's tree; its files are read and removed."""
    made = _round(rng)
    _plant(student, made)
    student.write(DATA, made.data)
    try:
        paths = (_path(student, path) for path in (MODEL, CARD, DATA))
        returned = student.call("guardar", Expr("ronda"), *paths, dict(made.metrics))
        return _Saved(made, returned, student.file(MODEL), student.file(CARD))
    finally:
        for path in (MODEL, CARD, DATA):
            student.delete(path)


def _card(saved: _Saved) -> dict[str, Any]:
    """The card that ``guardar`` wrote: JSON, complete, and equal to what it returned."""
    if saved.card is None:
        fail(
            "`guardar` no dejó ningún archivo en `ruta_ficha`.",
            "Convertí el diccionario en texto JSON y escribilo, en UTF-8, en la ruta que recibe "
            "la función.",
        )
    card = _parsed(saved.card, "la ficha")
    missing = [key for key in CARD_KEYS if key not in card]
    if missing:
        names = ", ".join(f"`{key}`" for key in missing)
        lacks = "falta la clave" if len(missing) == 1 else "faltan claves:"
        fail(f"A la ficha le {lacks} {names}.", "Los nombres están en la tabla.")
    if not isinstance(saved.returned, dict) or not same(saved.returned, card):
        fail(
            f"`guardar` devolvió {describe(saved.returned)}, que no es lo que quedó en el archivo.",
            "Escribí el diccionario y devolvé ese mismo diccionario.",
        )
    return card


def _parsed(content: bytes, what: str) -> dict[str, Any]:
    try:
        card = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        fail(
            f"No se puede leer {what}: no es JSON en UTF-8.",
            'Escribila con json.dumps y con encoding="utf-8".',
        )
    if not isinstance(card, dict):
        fail(f"En {what} hay {shown(card)}; se esperaba un diccionario.", "Mirá la tabla.")
    return card


def _expect_now(text: Any) -> None:
    hint = "Usá datetime.now(UTC).isoformat()."
    expect(text).to_be_text(expected="en `fecha`, un texto en formato ISO 8601", hint=hint)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"`fecha` dice {text[:60]!r}, que no es una fecha en formato ISO 8601.", hint)
    now = datetime.now(UTC)
    if abs(now.replace(tzinfo=None) - moment.replace(tzinfo=None)) > RECENT:
        fail(f"`fecha` dice {text[:60]!r}, que no es el momento en que se guardó.", hint)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _python() -> str:
    return platform.python_version()


# --- comparing --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Case:
    rows: pd.DataFrame
    labels: np.ndarray
    probabilities: np.ndarray


def _comparison(student: Student, rng: Generator) -> _Case:
    """A tree in the student's process, and what the same tree answered here."""
    made = _round(rng)
    _plant(student, made)
    rows = made.fresh_rows(rng)
    return _Case(rows, made.tree.predict(rows), made.tree.predict_proba(rows))


def _compare(student: Student, case: _Case, **changes: np.ndarray) -> bool:
    labels = changes.get("labels", case.labels)
    probabilities = changes.get("probabilities", case.probabilities)
    answer = student.call(
        "mismas_predicciones", Expr("ronda"), case.rows, labels.copy(), probabilities.copy()
    )
    hint = "Tiene que ser un solo valor: resumí la comparación de todas las filas."
    return expect(answer).to_be_one_of([True, False], hint, expected="True o False").value


def _expect_same(student: Student, case: _Case) -> None:
    if not _compare(student, case):
        fail(
            "El modelo y los datos eran los mismos, y la función devolvió False.",
            "Compará predict con las etiquetas y predict_proba con las probabilidades.",
        )


# --- loading ----------------------------------------------------------------------------------


class _Witness:
    """Unpickled, it leaves a file: the proof that something was loaded."""

    def __init__(self, path: str):
        self.path = path

    def __reduce__(self) -> tuple:
        return open, (self.path, "w")


def _dumped(model: Any) -> bytes:
    stream = io.BytesIO()
    joblib.dump(model, stream)
    return stream.getvalue()


class _Pair:
    """A model file and its card in the student's folder, for the length of a ``with``.

    ``content`` None is a witness; the card describes ``described`` (by default, ``content``),
    and ``changes`` replace its keys (None removes one).
    """

    def __init__(
        self,
        student: Student,
        content: bytes | None,
        described: bytes | None = None,
        **changes: str | None,
    ):
        self.student = student
        self.mark = f"{FOLDER}/me_cargaron"
        self.content = pickle.dumps(_Witness(self.mark)) if content is None else content
        card = {
            "archivo": Path(MODEL).name,
            "sha256": _sha256(self.content if described is None else described),
            "sha256_datos": _sha256(os.urandom(8)),
            "scikit_learn": sklearn.__version__,
            "python": _python(),
            "columnas": ["a", "b", "c"],
            "metricas": {"accuracy": 0.9},
            "fecha": datetime.now(UTC).isoformat(),
        }
        self.card = {key: value for key, value in (card | changes).items() if value is not None}
        self.source = f"Path({MODEL!r}), Path({CARD!r})"

    def __enter__(self) -> "_Pair":
        self.student.define(HELPERS)
        self.student.delete(self.mark)
        self.student.write(MODEL, self.content)
        self.student.write(CARD, json.dumps(self.card, ensure_ascii=False).encode("utf-8"))
        return self

    def __exit__(self, *_exc: object) -> None:
        for path in (MODEL, CARD, self.mark):
            self.student.delete(path)

    @property
    def paths(self) -> tuple[Expr, Expr]:
        return Expr(f"Path({MODEL!r})"), Expr(f"Path({CARD!r})")

    def expect_refusal(self, what: str, words: tuple[str, ...], reason: str) -> None:
        """ValueError, nothing loaded, and a message that says ``words``."""
        outcome = self.student.attempt("cargar_verificado", *self.paths)
        if outcome.error is None:
            fail(
                f"`cargar_verificado` aceptó {what}.",
                "Compará con la ficha antes de cargar, y lanzá ValueError si algo no coincide o "
                "falta.",
            )
        if self.student.file(self.mark) is not None:
            fail(
                f"`cargar_verificado` rechazó {what}, pero antes ya había cargado el archivo del "
                "modelo.",
                "Cargar un pickle es ejecutarlo: verificá todo antes de joblib.load.",
            )
        if "ValueError" not in outcome.error.bases:
            fail(
                f"`cargar_verificado` rechazó {what} con {outcome.error.type}: "
                f"{outcome.error.message[:120]}; se esperaba ValueError.",
                "Comprobalo de manera explícita y lanzá un ValueError con tu mensaje.",
            )
        if not all(word in outcome.error.message for word in words):
            fail(
                f"`cargar_verificado` rechazó {what} con el mensaje "
                f"«{outcome.error.message[:160]}».",
                f"El mensaje tiene que decir {reason}: quien lo lea no tiene tu cuaderno.",
            )

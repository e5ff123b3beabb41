"""What is checked in ejercicio-4-shadow: serving, disagreement, McNemar, the decision.

Nothing here measures time. A fast model is given a limit far beyond what it needs, and a hung one
waits for an event that is set after the answer came back; one that takes longer than a short limit
is asked again before its being in time counts. So a loaded machine changes no mark.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator
from scipy.stats import binom, chi2

from autograder.checking import (
    Expr,
    Student,
    as_number,
    check,
    counted,
    describe,
    expect,
    fail,
    same,
    shown,
)

ROW_KEYS = ("id_solicitud", "respuesta_a", "respuesta_b", "estado_b", "error_b")
SUMMARY_KEYS = ("n_total", "n_comparables", "desacuerdos", "tasa", "ic_bajo", "ic_alto")
AMPLE, SHORT = 15, 0.03  # seconds: a limit that no fast model meets, one that a hung model misses
HUNG_SECONDS = 5  # the longest that a hung model keeps a solution that waits for it
PAUSE = 0.12  # seconds that a slow model takes: far less than AMPLE, more than SHORT
ATTEMPTS = 5  # how often a slow model has to be in time for SHORT before that counts
ERRORS = ("ValueError", "KeyError", "ZeroDivisionError", "RuntimeError", "OSError", "FallaDeB")
Z = 1.959963984540054  # standard normal, 0.975
WHEN_B_ANSWERS = "Revisá en la tabla de la consigna qué va en cada clave si B contestó."

MODELS = f"""
import threading, time

registro, consultas_a, consultas_b = [], [], []
soltar, b_termino = threading.Event(), threading.Event()

class FallaDeB(Exception):
    pass

ERRORES = {{nombre: eval(nombre) for nombre in {ERRORS}}}

def a_sano(solicitud):
    consultas_a.append(solicitud["id_solicitud"])
    return solicitud["dato"] % 2

def a_roto(solicitud):
    consultas_a.append(solicitud["id_solicitud"])
    raise LookupError("A sin servicio " + solicitud["clave"])

def b_contrario(solicitud):
    consultas_b.append(solicitud["id_solicitud"])
    return 1 - solicitud["dato"] % 2

def b_que_a_veces_falla(solicitud):
    consultas_b.append(solicitud["id_solicitud"])
    if solicitud["falla"]:
        raise ERRORES[solicitud["falla"]](solicitud["clave"])
    return 1 - solicitud["dato"] % 2

def b_colgado(solicitud, soltar=soltar, termino=b_termino):
    soltar.wait({HUNG_SECONDS})
    termino.set()
    return 1 - solicitud["dato"] % 2

def b_pausado(solicitud):
    time.sleep({PAUSE})
    return 1 - solicitud["dato"] % 2
"""


def _requests(rng: Generator, n: int, failing: float = 0.0) -> list[dict[str, Any]]:
    """``n`` requests: A answers ``dato`` % 2; B raises ``falla``("clave") where it names one."""
    ids = rng.choice(90_000, n, replace=False) + 10_000
    fails = rng.permutation(np.arange(n) < failing * n)
    return [
        {
            "id_solicitud": int(ids[i]),
            "dato": int(rng.integers(1_000)),
            "clave": f"pedido {rng.integers(10**9)}",
            "falla": ERRORS[i % len(ERRORS)] if fails[i] else "",
        }
        for i in range(n)
    ]


def _serve(student: Student, request: dict[str, Any], b: str, limit: float = AMPLE) -> Any:
    """Serve one request with a healthy A; an error of B that reaches the user fails the check."""
    args = (request, Expr("a_sano"), Expr(b), Expr("registro"), limit)
    outcome = student.attempt("servir_en_shadow", *args)
    error = outcome.error
    if error and (request["clave"] in error.message or "TimeoutError" in error.bases):
        fail(
            f"B falló o no llegó a tiempo, y al usuario le llegó un error ({error.type}) "
            "en vez de la respuesta de A.",
            "Encerrá en un `try` la consulta a B, anotá lo que pasó y devolvé igual lo que dijo A.",
        )
    return student.succeed("servir_en_shadow", outcome)


def _expect_answer_of_a(answer: Any, request: dict[str, Any], silence: str = "") -> None:
    """The user gets A's answer; ``silence`` says, in words, why B gave none."""
    expected = request["dato"] % 2
    if same(as_number(answer), float(expected)):
        return
    if silence:
        fail(
            f"A respondió {expected} y {silence}; el usuario recibió {describe(answer)}, y se "
            "esperaba la respuesta de A, sola.",
            "La función devuelve siempre lo que dijo A, también cuando B no contesta.",
        )
    if same(as_number(answer), 1.0 - expected):
        fail(
            f"A respondió {expected} y B respondió {1 - expected}; el usuario recibió "
            f"{1 - expected}.",
            "La función devuelve siempre lo que dijo A. Lo de B solo se anota en el registro.",
        )
    fail(
        f"El usuario recibió {describe(answer)}; se esperaba la respuesta de A, sola.",
        "Terminá la función con `return` y la respuesta de A (no la fila, ni una tupla).",
    )


def _returns_a(student: Student, rng: Generator) -> bool:
    """Whether the user gets A's answer when B answers too: if not, another check says it."""
    request = _requests(rng, 1)[0]
    answer = _serve(student, request, "b_contrario")
    student.probe("registro.clear()")
    return same(as_number(answer), float(request["dato"] % 2))


def _rows(student: Student, n: int) -> list[dict[str, Any]]:
    """The log after ``n`` requests: ``n`` dicts with the five keys."""
    rows = student.probe("registro")
    if not isinstance(rows, list) or len(rows) != n:
        count = len(rows) if isinstance(rows, list) else 0
        fail(
            f"Después de {counted(n, 'solicitud', 'solicitudes')}, el registro tiene "
            f"{counted(count, 'fila', 'filas')}.",
            "Agregá exactamente una fila por solicitud, pase lo que pase con B: "
            "`registro.append(...)` sobre la lista recibida.",
        )
    for row in rows:
        if not isinstance(row, dict):
            fail(
                f"En el registro hay {shown(row)}; cada fila es un diccionario.",
                "Mirá la tabla de las cinco claves en la consigna.",
            )
        missing = [key for key in ROW_KEYS if key not in row]
        if missing:
            fail(
                f"A una fila del registro le faltan claves: {', '.join(missing)}.",
                "Las cinco claves van siempre, también cuando B falla: con None donde no hay dato.",
            )
    return rows


def _comma(number: Any) -> str:
    """A number as Spanish prose writes it."""
    return str(number).replace(".", ",")


def _expect_field(row: dict[str, Any], key: str, wanted: Any, when: str, hint: str) -> None:
    value, text = row[key], f"el texto {wanted!r}" if isinstance(wanted, str) else str(wanted)
    equal = same(as_number(value), float(wanted)) if _is_int(wanted) else same(value, wanted)
    if not equal:
        fail(f"Cuando {when}, `{key}` quedó con {shown(value)}; se esperaba {text}.", hint)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# --- Part 1: serving ------------------------------------------------------------------------


@check("servir-autotest", points=1)
def user_gets_the_answer_of_a(student: Student, rng: Generator) -> None:
    """El usuario recibe siempre la respuesta de A, aunque B diga otra cosa."""
    student.define(MODELS)
    for request in _requests(rng, 30):
        _expect_answer_of_a(_serve(student, request, "b_contrario"), request)


@check("servir-autotest", points=0.5)
def each_model_is_asked_once(student: Student, rng: Generator) -> None:
    """A cada modelo se le pregunta una sola vez por solicitud, aunque B falle."""
    student.define(MODELS)
    requests = _requests(rng, 24, failing=0.5)
    for request in requests:
        args = (request, Expr("a_sano"), Expr("b_que_a_veces_falla"), Expr("registro"), AMPLE)
        error = student.attempt("servir_en_shadow", *args).error
        if error is not None and request["clave"] not in error.message:
            _serve(student, request, "b_que_a_veces_falla")
    for model, name in (("A", "consultas_a"), ("B", "consultas_b")):
        asked = student.probe(name)
        if sorted(map(str, asked)) != sorted(str(each["id_solicitud"]) for each in requests):
            fail(
                f"En {len(requests)} solicitudes se consultó {len(asked)} veces a {model}; "
                "se esperaba una vez por cada una.",
                "Guardá la respuesta en una variable y usala las veces que haga falta; "
                "si B falla, no reintentes.",
            )


@check("servir-autotest", points=0.5)
def what_both_said_is_logged(student: Student, rng: Generator) -> None:
    """Cada solicitud deja una fila con lo que respondieron los dos."""
    student.define(MODELS)
    requests = _requests(rng, 20)
    for request in requests:
        _serve(student, request, "b_contrario")
    hint = WHEN_B_ANSWERS
    for request, row in zip(requests, _rows(student, len(requests)), strict=True):
        a = request["dato"] % 2
        when = f"A respondió {a} y B respondió {1 - a}"
        _expect_field(row, "id_solicitud", request["id_solicitud"], when, hint)
        _expect_field(row, "respuesta_a", a, when, hint)
        _expect_field(row, "respuesta_b", 1 - a, when, hint)
        _expect_field(row, "estado_b", "ok", when, hint)
        _expect_field(row, "error_b", None, when, hint)


@check("servir-autotest", points=1)
def a_failure_of_b_is_logged(student: Student, rng: Generator) -> None:
    """Si B falla, el usuario no se entera y la falla queda anotada con su tipo y su mensaje."""
    student.define(MODELS)
    returns_a = _returns_a(student, rng)
    requests = _requests(rng, 24, failing=0.5)
    for request in requests:
        answer = _serve(student, request, "b_que_a_veces_falla")
        if returns_a:
            silence = f"B lanzó {request['falla']}" if request["falla"] else ""
            _expect_answer_of_a(answer, request, silence)
    for request, row in zip(requests, _rows(student, len(requests)), strict=True):
        if not request["falla"]:
            continue
        when = f"B lanzó {request['falla']}"
        hint = "En el `except`, dejá escrito que B falló: nadie más lo va a saber."
        _expect_field(row, "estado_b", "error", when, hint)
        _expect_field(row, "respuesta_b", None, when, hint)
        _expect_field(row, "respuesta_a", request["dato"] % 2, when, hint)
        _expect_error_text(row["error_b"], request)


def _expect_error_text(text: Any, request: dict[str, Any]) -> None:
    example = "mirá en el ejemplo de las estaciones cómo se arma uno con la excepción atrapada."
    if not isinstance(text, str):
        fail(
            f"Cuando B lanzó {request['falla']}, `error_b` quedó con {shown(text)}; se esperaba un "
            "texto con el tipo y el mensaje.",
            f"Guardá un texto, no la excepción: {example}",
        )
    for part, what in ((request["clave"], "el mensaje"), (request["falla"], "el tipo")):
        if part not in text:
            fail(
                f"B lanzó {request['falla']} y `error_b` quedó con {describe(text)}: falta {what}.",
                f"El texto lleva el tipo del error y su mensaje: {example}",
            )


@check("servir-autotest", points=1)
def the_user_does_not_wait_for_a_hung_b(student: Student, rng: Generator) -> None:
    """Si B se cuelga, el usuario recibe la respuesta de A sin esperar a que termine."""
    student.define(MODELS)
    returns_a = _returns_a(student, rng)
    request = _requests(rng, 1)[0]
    answer = _serve(student, request, "b_colgado", SHORT)
    waited = _let_go(student)
    student.once("waits", lambda: waited)
    if waited:
        fail(
            f"Con un límite de {_comma(SHORT)} s, la función recién volvió cuando B terminó, "
            "segundos más tarde.",
            "Consultá a B en un hilo y no lo esperes al salir: `with ThreadPoolExecutor()` y "
            "`shutdown()` esperan; `shutdown(wait=False)` no.",
        )
    if returns_a:
        _expect_answer_of_a(answer, request, "B no llegó a tiempo")
    row = _rows(student, 1)[0]
    hint = "Distinguí el `except TimeoutError` del resto de los errores, y anotá la fila igual."
    _expect_field(row, "estado_b", "timeout", "B no llegó a tiempo", hint)
    _expect_field(row, "respuesta_b", None, "B no llegó a tiempo", hint)
    if not isinstance(row["error_b"], str) or not row["error_b"].strip():
        fail("Cuando B no llegó a tiempo, `error_b` quedó sin texto.", "Escribí ahí qué pasó.")


def _let_go(student: Student) -> bool:
    """Let the hung B go on; whether the user had to wait until it ended."""
    waited = student.probe("b_termino.is_set()") is not False
    student.probe("soltar.set()")
    return waited


def _waits_for_b(student: Student, request: dict[str, Any]) -> bool:
    """Whether a hung B keeps the user waiting, limit or not: if it does, another check says it."""
    student.define(MODELS)
    args = (request, Expr("a_sano"), Expr("b_colgado"), Expr("registro"), SHORT)
    student.attempt("servir_en_shadow", *args)
    return _let_go(student)


@check("servir-autotest", points=0.5)
def the_limit_is_the_argument(student: Student, rng: Generator) -> None:
    """El límite es el que se pide: con tiempo de sobra B llega, y con poco no."""
    student.define(MODELS)
    request = _requests(rng, 1)[0]
    _serve(student, request, "b_pausado")
    row = _rows(student, 1)[0]
    when = f"B tarda menos de un segundo y el límite es de {AMPLE} s"
    hint = "Usá el argumento `limite` (en segundos), no un número fijo."
    if same(row["estado_b"], "timeout"):
        _expect_field(row, "estado_b", "ok", when, hint)
    _expect_field(row, "respuesta_b", 1 - request["dato"] % 2, when, WHEN_B_ANSWERS)
    always = all(_is_in_time(student, request, row["estado_b"]) for _ in range(ATTEMPTS))
    if always and not student.once("waits", lambda: _waits_for_b(student, request)):
        fail(
            f"Con un límite de {_comma(SHORT)} s, B tardó más que eso y quedó anotado como si "
            "hubiera llegado a tiempo.",
            hint,
        )


def _is_in_time(student: Student, request: dict[str, Any], status: Any) -> bool:
    """Whether a B that takes longer than SHORT is logged, with that limit, as having answered."""
    student.probe("registro.clear()")
    args = (request, Expr("a_sano"), Expr("b_pausado"), Expr("registro"), SHORT)
    student.attempt("servir_en_shadow", *args)
    rows = student.probe("registro")
    row = rows[-1] if isinstance(rows, list) and rows and isinstance(rows[-1], dict) else {}
    answered = same(as_number(row.get("respuesta_b")), 1.0 - request["dato"] % 2)
    return answered and same(row.get("estado_b"), status)


@check("servir-autotest", points=0.5)
def a_failure_of_a_is_not_covered_by_b(student: Student, rng: Generator) -> None:
    """Si falla A, su error sale tal cual: B no es un plan de respaldo."""
    student.define(MODELS)
    request = _requests(rng, 1)[0]
    args = (request, Expr("a_roto"), Expr("b_contrario"), Expr("registro"), AMPLE)
    outcome = student.attempt("servir_en_shadow", *args)
    error = outcome.error
    if error is None:
        fail(
            f"A lanzó un error y el usuario recibió {shown(outcome.value)}.",
            "No atrapes los errores de A: dejá la consulta a A fuera del `try`.",
        )
    if {"NotImplementedError", "KeyboardInterrupt"} & {*error.bases} or not _asked_a(student):
        student.succeed("servir_en_shadow", outcome)
    other = "" if request["clave"] in error.message else ", con otro mensaje"
    if other or "LookupError" not in error.bases:
        fail(
            f"A lanzó LookupError y de la función salió {error.type}{other}.",
            "Dejá que el error de A salga tal cual, sin convertirlo en otro.",
        )


def _asked_a(student: Student) -> bool:
    return bool(student.probe("consultas_a"))


# --- Part 2: the rate -----------------------------------------------------------------------


def _row(identifier: int, a: int, b: int | None, status: str = "ok") -> dict[str, Any]:
    """A row of the log; ``b`` None where B did not answer."""
    error = None if status == "ok" else f"{status}: de prueba"
    return dict(zip(ROW_KEYS, (identifier, a, b, status, error), strict=True))


def _log(rng: Generator, differ: int, agree: int, silent: int) -> list[dict[str, Any]]:
    """A log in random order: rows where both differ, where they agree, where B was silent."""
    answers = rng.integers(0, 2, differ + agree + silent)
    ids = rng.permutation(len(answers)) + 1_000
    rows = []
    for i, (identifier, a) in enumerate(zip(ids.tolist(), answers.tolist(), strict=True)):
        if i >= differ + agree:
            rows.append(_row(identifier, a, None, ("error", "timeout")[i % 2]))
        else:
            rows.append(_row(identifier, a, 1 - a if i < differ else a))
    return [rows[i] for i in rng.permutation(len(rows))]


def _wilson(k: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval for k of n (Wilson 1927; Newcombe 1998, method 3)."""
    p = k / n
    centre, half = p + Z**2 / (2 * n), Z * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return (centre - half) / (1 + Z**2 / n), (centre + half) / (1 + Z**2 / n)


def _summary(student: Student, log: list[dict[str, Any]]) -> dict[str, Any]:
    summary = student.call("tasa_de_desacuerdo", log)
    return expect(summary).to_have_keys(SUMMARY_KEYS).value


@check("tasa-autotest", points=1)
def rate_leaves_out_what_b_did_not_answer(student: Student, rng: Generator) -> None:
    """La tasa se calcula sobre lo que B contestó, y el resultado dice cuánto quedó afuera."""
    differ, agree, silent = (int(k) for k in rng.integers([60, 200, 80], [90, 300, 120]))
    summary = _summary(student, _log(rng, differ, agree, silent))
    n, total = differ + agree, differ + agree + silent
    if same(as_number(summary["desacuerdos"]), float(differ + silent)):
        fail(
            f"De {total} solicitudes, B no contestó {silent}, y las contaste como desacuerdos.",
            "Lo que B no contestó no es acuerdo ni desacuerdo: filtrá por `estado_b == 'ok'`.",
        )
    rate = as_number(summary["tasa"])
    if rate is not None and abs(rate - differ / total) < 1e-9:
        fail(
            f"Dividiste los {differ} desacuerdos por todas las solicitudes ({total}), incluidas "
            f"las {silent} que B no contestó.",
            "El denominador de la tasa es `n_comparables`.",
        )
    if same(as_number(summary["desacuerdos"]), float(agree)):
        fail(
            f"De {n} comparables, en {agree} A y B dijeron lo mismo, y `desacuerdos` dio {agree}.",
            "Contá las filas en las que `respuesta_a` y `respuesta_b` son distintas.",
        )
    hint = "Mirá en la tabla de la consigna qué cuenta cada clave."
    for key, wanted in (("n_total", total), ("n_comparables", n), ("desacuerdos", differ)):
        words = f"en `{key}` otro número (son {total} filas; B contestó {n})"
        expect(summary[key]).to_be_close(float(wanted), hint=hint, expected=words)
    words = "en `tasa`, `desacuerdos / n_comparables`, entre 0 y 1"
    expect(summary["tasa"]).to_be_close(differ / n, abs=1e-6, hint=hint, expected=words)


@check("tasa-autotest", points=0.5)
def interval_is_wilson(student: Student, rng: Generator) -> None:
    """El intervalo es el de Wilson al 95 %, también con pocos casos o con ningún desacuerdo."""
    for differ, agree in ((0, int(rng.integers(18, 40))), (3, int(rng.integers(25, 60))), (1, 0)):
        n = differ + agree
        summary = _summary(student, _log(rng, differ, agree, silent=n // 2))
        low, high = _wilson(differ, n)
        ends = as_number(summary["ic_bajo"]), as_number(summary["ic_alto"])
        if None in ends or not np.allclose(ends, (low, high), atol=5e-4, rtol=0):
            cases = counted(differ, "desacuerdo", "desacuerdos")
            yours = " a ".join("nada" if end is None else _comma(f"{end:.4f}") for end in ends)
            fail(
                f"Con {cases} en {n}, tu intervalo es {yours}; no es el de Wilson al 95 %.",
                "Usá `proportion_confint(desacuerdos, n_comparables, alpha=0.05, "
                'method="wilson")`, o la fórmula de la consigna con z = 1,96.',
            )


@check("tasa-autotest", points=0.5)
def nothing_to_compare_is_not_agreement(student: Student, rng: Generator) -> None:
    """Si B no contestó nunca, no hay tasa: es nan, no 0."""
    silent = int(rng.integers(10, 50))
    summary = _summary(student, _log(rng, 0, 0, silent))
    counts = [as_number(summary[key]) for key in ("n_total", "n_comparables")]
    if counts != [float(silent), 0.0]:
        fail(
            f"En {silent} filas que B no contestó, `n_total` dio {shown(summary['n_total'])} "
            f"y `n_comparables`, {shown(summary['n_comparables'])}.",
            "`n_total` cuenta todas las filas; `n_comparables`, solo las que B contestó.",
        )
    for key in ("tasa", "ic_bajo", "ic_alto"):
        number = as_number(summary[key])
        if number is None or not np.isnan(number):
            fail(
                f"B no contestó ninguna de {silent} solicitudes y `{key}` dio "
                f"{shown(summary[key])}.",
                'No hay nada medido: devolvé `float("nan")`. Un 0 diría que A y B coinciden.',
            )


# --- Part 3: by group -----------------------------------------------------------------------


def _grouped(rng: Generator) -> tuple[list[dict[str, Any]], pd.Series, dict[str, list[int]]]:
    """A log, the group of each request in another order, and [total, comparable, differ]."""
    counts, rows, group_of = {}, [], {}
    plan = {"norte": (40, 30, 9), "sur": (8, 50, 20), "este": (25, 25, 0), "oeste": (0, 0, 12)}
    for name, (differ, agree, silent) in plan.items():
        extra = int(rng.integers(1, 9)) if differ else 0
        part = _log(rng, differ + extra, agree, silent)
        for row in part:
            row["id_solicitud"] += 10_000 * (len(counts) + 1)
            group_of[row["id_solicitud"]] = name
        rows += part
        counts[name] = [len(part), differ + extra + agree, differ + extra]
    group_of |= {identifier: "centro" for identifier in range(1, 40)}  # never went through
    groups = pd.Series(group_of)
    shuffled = groups.iloc[rng.permutation(len(groups))]
    return [rows[i] for i in rng.permutation(len(rows))], shuffled, counts


def _by_group(student: Student, log: list[dict[str, Any]], groups: pd.Series) -> pd.DataFrame:
    table = student.call("desacuerdo_por_grupo", log, groups)
    hint = "Una fila por grupo, con su nombre como índice, y las seis claves como columnas: fijate "
    hint += "que no haya quedado al revés."
    return expect(table).to_be_frame(columns=SUMMARY_KEYS, hint=hint).value


def _rows_of(log: list[dict[str, Any]], groups: pd.Series, name: str) -> list[dict[str, Any]]:
    return [row for row in log if groups[row["id_solicitud"]] == name]


def _own_summary(student: Student, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the student's own `tasa_de_desacuerdo` says: a mistake there already lost its points."""
    own = student.attempt("tasa_de_desacuerdo", rows).value
    return own if isinstance(own, dict) else {}


def _cell(table: pd.DataFrame, group: str, column: str) -> float | None:
    """The number at (group, column); None when there is not exactly one."""
    values = table.loc[table.index == group, column]
    return as_number(values.tolist()[0]) if values.shape == (1,) else None


@check("grupos-autotest", points=0.5)
def groups_are_matched_by_request(student: Student, rng: Generator) -> None:
    """Cada solicitud cae en su grupo, aunque los grupos vengan en otro orden."""
    log, groups, counts = _grouped(rng)
    log = [row for row in log if groups[row["id_solicitud"]] != "oeste"]  # another check's business
    table = _by_group(student, log, groups)
    for name in ("norte", "sur", "este"):
        total, comparable, differ = counts[name]
        own = _own_summary(student, _rows_of(log, groups, name))
        if name not in table.index:
            fail(
                f"La tabla no tiene la fila del grupo {name!r}; tiene {list(table.index)[:6]}.",
                "Una fila por grupo: el índice del DataFrame es el nombre del grupo.",
            )
        wanted = (total, comparable, differ, differ / comparable)
        for column, number in zip(SUMMARY_KEYS, wanted, strict=False):
            found = _cell(table, name, column)
            if found is not None and same(found, as_number(own.get(column))):
                continue
            if found is None or not abs(found - number) <= 1e-6:
                yours = "otra cosa que un número" if found is None else f"{found:.6g}"
                fail(
                    f"En el grupo {name!r} (con {total} solicitudes), `{column}` dio {yours}.",
                    "Buscá el grupo de cada fila por su `id_solicitud` en el índice de `grupos`; "
                    "el orden no es el mismo, y hay solicitudes de más. Agrupá todas las filas, "
                    "también las que B no contestó.",
                )


@check("grupos-autotest", points=0.5)
def a_silent_group_is_not_lost(student: Student, rng: Generator) -> None:
    """Un grupo al que B no le contestó nunca también aparece, con cero comparables."""
    log, groups, counts = _grouped(rng)
    table = _by_group(student, log, groups)
    if "centro" in table.index:
        fail(
            "La tabla tiene el grupo 'centro', y ninguna de sus solicitudes está en el registro.",
            "Armá los grupos con las filas del registro, no con todo `grupos`.",
        )
    total = counts["oeste"][0]
    found = [_cell(table, "oeste", column) for column in ("n_total", "n_comparables")]
    own = _own_summary(student, _rows_of(log, groups, "oeste"))
    if found not in ([float(total), 0.0], [as_number(own.get(key)) for key in SUMMARY_KEYS[:2]]):
        fail(
            f"B no contestó ninguna de las {total} solicitudes del grupo 'oeste', y la tabla "
            "no lo muestra: se esperaba su fila, con todas en `n_total` y 0 en `n_comparables`.",
            "Primero agrupá y después resumí: si filtrás antes por `estado_b`, el grupo "
            "desaparece justo donde más importa.",
        )


# --- Part 4: McNemar ------------------------------------------------------------------------


def _labelled(
    rng: Generator, only_a: int, only_b: int, both: int, neither: int
) -> tuple[list[dict[str, Any]], pd.Series]:
    """A log and its labels, shuffled, with silent rows and rows whose label has not arrived."""
    rows, labels = [], {}
    plan = [(1, 0)] * only_a + [(0, 1)] * only_b + [(1, 1)] * both + [(0, 0)] * neither
    # a quarter of each kind is a 1: to answer 1 and to be right are then never counted the same
    ones = [rng.permutation(k) < k // 4 for k in (only_a, only_b, both, neither)]
    for i, ((a_right, b_right), one) in enumerate(zip(plan, np.concatenate(ones), strict=True)):
        truth = int(one)
        rows.append(_row(i, truth if a_right else 1 - truth, truth if b_right else 1 - truth))
        labels[i] = truth
    for i in range(len(plan), len(plan) + 15):  # B silent, A right
        labels[i] = int(rng.integers(2))
        rows.append(_row(i, labels[i], None, "error"))
    rows += [_row(i, 1, 0) for i in range(len(plan) + 15, len(plan) + 35)]  # no label yet
    series = pd.Series(labels)
    return [rows[i] for i in rng.permutation(len(rows))], series.iloc[rng.permutation(len(series))]


def _mcnemar(student: Student, log: list[dict[str, Any]], labels: pd.Series) -> dict[str, Any]:
    result = student.call("prueba_de_mcnemar", log, labels)
    return expect(result).to_have_keys(("n", "solo_a", "solo_b", "p_valor")).value


@check("mcnemar-autotest", points=0.5)
def only_what_separates_them_counts(student: Student, rng: Generator) -> None:
    """McNemar cuenta los casos en los que acierta uno solo, entre los que tienen etiqueta."""
    only_a, only_b, both, neither = (
        int(k) for k in rng.integers([20, 50, 90, 5], [40, 80, 150, 15])
    )
    found = _mcnemar(student, *_labelled(rng, only_a, only_b, both, neither))
    pair = [as_number(found["solo_a"]), as_number(found["solo_b"])]
    if pair == [float(only_b), float(only_a)]:
        fail(
            "`solo_a` y `solo_b` están cambiados.",
            "En `solo_a` van los casos en los que A coincide con la etiqueta y B no.",
        )
    hint = (
        "Usá solo las filas con `estado_b` 'ok' cuyo `id_solicitud` tiene etiqueta, y "
        "emparejalas por `id_solicitud`."
    )
    for key, wanted in (
        ("n", sum((only_a, only_b, both, neither))),
        ("solo_a", only_a),
        ("solo_b", only_b),
    ):
        words = f"en `{key}` otro número (mirá en la consigna qué casos cuenta)"
        expect(found[key]).to_be_close(float(wanted), hint=hint, expected=words)


def _exact(only_a: int, only_b: int) -> float:
    """Two-sided exact McNemar: a binomial test with p = 1/2 on the discordant pairs."""
    return min(1.0, 2 * float(binom.cdf(min(only_a, only_b), only_a + only_b, 0.5)))


@check("mcnemar-autotest", points=0.5)
def p_value_is_exact_and_two_sided(student: Student, rng: Generator) -> None:
    """El p-valor es el de la prueba exacta de dos colas, y 1 si nada los separa."""
    for only_a, only_b in ((int(rng.integers(2, 5)), int(rng.integers(9, 14))), (14, 4), (0, 0)):
        data = _labelled(rng, only_a, only_b, 30, 6)
        if only_a + only_b == 0 and student.attempt("prueba_de_mcnemar", *data).error is not None:
            fail(
                "Sin ningún caso que los separe, `prueba_de_mcnemar` termina con un error.",
                "Una prueba binomial necesita al menos un caso: sin ninguno, `p_valor` es 1.0.",
            )
        result = _mcnemar(student, *data)
        found, exact = as_number(result["p_valor"]), _exact(only_a, only_b)
        if found is not None and min(abs(found - exact), abs(found - _exact_of(result))) < 1e-6:
            continue
        fail(
            f"Con solo A en {only_a} casos y solo B en {only_b}, `p_valor` dio "
            f"{shown(result['p_valor'])}: " + _what_p(found, only_a, only_b),
            "Usá `binomtest(solo_b, solo_a + solo_b, 0.5).pvalue`, y 1.0 si la suma es 0.",
        )


def _exact_of(result: dict[str, Any]) -> float:
    """The exact p-value of the student's own counts (miscounting loses points elsewhere)."""
    own = as_number(result["solo_a"]), as_number(result["solo_b"])
    whole = all(each is not None and each >= 0 and each == int(each) for each in own)
    return _exact(int(own[0]), int(own[1])) if whole else np.inf


def _what_p(found: float | None, only_a: int, only_b: int) -> str:
    """Which other p-value a wrong one is, in words."""
    discordant, gap = only_a + only_b, abs(only_a - only_b)
    if discordant == 0:
        return "no hay ningún caso que los separe."
    chi_square = [chi2.sf((gap - shift) ** 2 / discordant, 1) for shift in (0, 1)]
    if found is not None and any(abs(found - each) < 1e-6 for each in chi_square):
        return "es la aproximación por chi-cuadrado, no la prueba exacta."
    if found is not None and abs(found - _exact(only_a, only_b) / 2) < 1e-6:
        return "es la prueba de una sola cola."
    return "no es el de la prueba exacta de dos colas."


# --- Part 5: the decision -------------------------------------------------------------------


DECISIONS = ("arreglar", "promover", "descartar", "seguir")
IN_ORDER = "Seguí la tabla en orden: además del p-valor, mirá quién acierta más."
MENDING = (  # hints about the first row of the table
    "La primera condición mira la parte sin respuesta contra `max_sin_respuesta`.",
    "Es la parte sobre `n_total`, no sobre las comparables.",
    "La condición es que la parte sea mayor que `max_sin_respuesta`: igual no alcanza.",
)


def _decide(
    student: Student, silent: int, test: tuple[int, int, float], wanted: str, hint: str, **options
) -> None:
    """One decision: B silent in ``silent`` of 2,000, and (only A, only B, p)."""
    n, (only_a, only_b, p) = 2_000 - silent, test
    low, high = _wilson(n // 10, n)
    values = (2_000, n, n // 10, (n // 10) / n, low, high)
    summary = dict(zip(SUMMARY_KEYS, values, strict=True))
    result = {"n": 1_500, "solo_a": only_a, "solo_b": only_b, "p_valor": p}
    found = student.call("decidir", summary, result, **options)
    if not same(found, wanted):
        pairs = {"solo_a": only_a, "solo_b": only_b, "p_valor": f"{p:g}", **options}
        *first, last = (f"`{name} = {value}`" for name, value in pairs.items())
        fail(
            f"Con {silent} de 2.000 sin respuesta, {', '.join(first)} y {last}, decidiste "
            f"{describe(found)}.",
            _decision_hint(found, wanted, hint),
        )


def _decision_hint(found: Any, wanted: str, hint: str) -> str:
    """``hint``, unless it is of another row of the table than the one that was missed."""
    if not isinstance(found, str) or found not in DECISIONS:
        return f"Devolvé exactamente uno de los textos de la tabla: {', '.join(DECISIONS)}."
    mending = "arreglar" in (found, wanted)
    if mending == (hint in MENDING):
        return hint
    return MENDING[0] if mending else IN_ORDER


def _tests(rng: Generator) -> Sequence[tuple[int, int, float]]:
    """B wins, A wins, B leads without significance."""
    few, many = int(rng.integers(20, 40)), int(rng.integers(60, 90))
    small, large = float(rng.uniform(1e-4, 0.02)), float(rng.uniform(0.1, 0.9))
    return (few, many, small), (many, few, small), (few, few + 5, large)


@check("decidir-autotest", points=0.5)
def an_answerless_b_is_mended_first(student: Student, rng: Generator) -> None:
    """Un B que no contesta se arregla antes que nada, aunque gane."""
    hint, over_total, strict = MENDING
    for test in _tests(rng):
        _decide(student, int(rng.integers(40, 400)), test, "arreglar", hint)
    wins = _tests(rng)[0]
    _decide(student, int(rng.integers(1, 15)), wins, "promover", hint)
    _decide(student, 100, wins, "promover", hint, max_sin_respuesta=0.2)
    _decide(student, 15, wins, "arreglar", hint, max_sin_respuesta=0.001)
    _decide(student, 380, wins, "promover", over_total, max_sin_respuesta=0.2)
    _decide(student, 500, wins, "promover", strict, max_sin_respuesta=0.25)


@check("decidir-autotest", points=0.5)
def a_difference_has_a_direction(student: Student, rng: Generator) -> None:
    """Con diferencia clara se promueve o se descarta según quién gane; si no, se sigue."""
    b_wins, a_wins, unclear = _tests(rng)
    a_leads = (unclear[1], unclear[0], unclear[2])
    for silent in (0, int(rng.integers(1, 15))):
        _decide(student, silent, b_wins, "promover", IN_ORDER)
        _decide(student, silent, a_wins, "descartar", IN_ORDER)
        _decide(student, silent, unclear, "seguir", IN_ORDER)
        _decide(student, silent, a_leads, "seguir", IN_ORDER)
    edge = "La condición es que `p_valor` sea menor que `alfa`: usá el argumento, y `<`."
    _decide(student, 0, (*b_wins[:2], 0.05), "seguir", edge)
    _decide(student, 0, (*a_wins[:2], 0.05), "seguir", edge)
    _decide(student, 0, (*b_wins[:2], 0.03), "seguir", edge, alfa=0.01)
    _decide(student, 0, (*a_wins[:2], 0.08), "descartar", edge, alfa=0.10)

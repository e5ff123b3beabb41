"""Each check of ejercicio-4-shadow against right, different and plausibly wrong answers."""

import jupytext
import numpy as np
import pandas as pd
import pytest
import the_course
from the_course import ROOT

from autograder.checking import DirectStudent, run_checks
from autograder.records import Verdict

checks = the_course.checks("ejercicio-4-shadow")
SOURCE = ROOT / "solutions/ejercicio-4-shadow/ejercicio-4-shadow.py"
CELLS = [cell for cell in jupytext.read(SOURCE).cells if cell.cell_type == "code"]
FUNCTIONS = (
    "servir_en_shadow",
    "tasa_de_desacuerdo",
    "desacuerdo_por_grupo",
    "prueba_de_mcnemar",
    "decidir",
)


def reference() -> dict:
    """The names that the solution's own cells define (and the notebook's imports)."""
    names: dict = {"__name__": "__main__"}
    for cell in CELLS:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            exec(cell.source, names)
        elif "Imports y configuración inicial" in cell.source:
            exec(cell.source.split("DATOS = ")[0], names)
    return names


def graded(source: str = "", seed: int = 1) -> dict[str, Verdict]:
    """The verdicts on the reference with ``source`` (other definitions) run on top of it."""
    names = reference()
    exec(source, names)
    verdicts = run_checks(checks, DirectStudent(names, ROOT), seed=seed)
    return {verdict.id: verdict for verdict in verdicts}


def lost(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status != "passed"}


@pytest.mark.parametrize("seed", range(5))
def test_reference_passes(seed: int) -> None:
    assert lost(graded(seed=seed)) == set()


def test_stub_scores_zero_and_says_not_yet() -> None:
    stubs = "\n".join(
        f"def {name}(*args, **kwargs):\n    raise NotImplementedError('falta')"
        for name in FUNCTIONS
    )
    verdicts = graded(stubs).values()
    assert sum(verdict.points for verdict in verdicts) == 0
    assert all(verdict.message.startswith("Todavía no completaste") for verdict in verdicts)


def test_empty_submission_scores_zero_and_names_what_is_missing() -> None:
    verdicts = run_checks(checks, DirectStudent({}, ROOT), seed=1)
    assert {verdict.status for verdict in verdicts} == {"failed"}
    assert all(verdict.message.startswith("No definiste") for verdict in verdicts)


RIGHT = {
    "thread with join and daemon": """
import threading
def servir_en_shadow(pedido, actual, candidato, bitacora, segundos=0.05):
    salida = {}
    def consultar():
        try:
            salida["b"] = candidato(pedido)
        except Exception as falla:
            salida["falla"] = repr(falla)
    hilo = threading.Thread(target=consultar, daemon=True)
    decision = actual(pedido)
    hilo.start()
    hilo.join(segundos)
    estado = "ok" if "b" in salida else "error" if "falla" in salida else "timeout"
    bitacora.append(dict(
        id_solicitud=pedido["id_solicitud"], respuesta_a=decision,
        respuesta_b=salida.get("b"), estado_b=estado,
        error_b={"ok": None, "timeout": "tarde"}.get(estado, salida.get("falla"))))
    return decision
""",
    "queue": """
import queue, threading, traceback
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    buzon = queue.Queue()
    def hilo():
        try:
            buzon.put(("ok", modelo_b(dict(solicitud)), None))
        except BaseException:
            buzon.put(("error", None, traceback.format_exc()))
    respuesta = modelo_a(solicitud)
    threading.Thread(target=hilo).start()
    try:
        estado, b, error = buzon.get(timeout=limite)
    except queue.Empty:
        estado, b, error = "timeout", None, "timeout"
    registro += [{"respuesta_a": respuesta, "respuesta_b": b, "estado_b": estado,
                  "error_b": error, "id_solicitud": solicitud["id_solicitud"], "extra": 1}]
    return respuesta
""",
    "one pool for all, wait()": """
from concurrent.futures import ThreadPoolExecutor, wait
class Servidor:
    def __init__(self):
        self.pool = ThreadPoolExecutor(64)
    def atender(self, s, a, b, registro, limite):
        futuro = self.pool.submit(b, s)
        fila = {"id_solicitud": s["id_solicitud"]}
        try:
            fila["respuesta_a"] = np.int64(a(s))
        except Exception:
            raise
        listo, _ = wait([futuro], timeout=limite)
        error = futuro.exception() if listo else "B tardó demasiado"
        fila["estado_b"] = "timeout" if not listo else "error" if error else "ok"
        fila["respuesta_b"] = np.int64(futuro.result()) if fila["estado_b"] == "ok" else None
        fila["error_b"] = f"{type(error).__qualname__}({error})" if error else None
        registro.append(fila)
        return fila["respuesta_a"]
servidor = Servidor()
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    return servidor.atender(solicitud, modelo_a, modelo_b, registro, limite)
""",
    "asyncio in a thread of its own": """
import asyncio, threading
bucle = asyncio.new_event_loop()
threading.Thread(target=bucle.run_forever, daemon=True).start()
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    async def consultar():
        return await asyncio.wait_for(asyncio.to_thread(modelo_b, solicitud), limite)
    fila = {"id_solicitud": solicitud["id_solicitud"], "respuesta_a": respuesta,
            "respuesta_b": None, "estado_b": "ok", "error_b": None}
    try:
        fila["respuesta_b"] = asyncio.run_coroutine_threadsafe(consultar(), bucle).result()
    except TimeoutError:
        fila.update(estado_b="timeout", error_b="TimeoutError")
    except Exception as e:
        fila.update(estado_b="error", error_b=type(e).__name__ + " " + str(e))
    registro.append(fila)
    return respuesta
""",
    "rate with pandas and the formula": """
def tasa_de_desacuerdo(registro):
    tabla = pd.DataFrame(registro)
    contesto = tabla[tabla["estado_b"].eq("ok")]
    n = len(contesto)
    k = int((contesto["respuesta_a"] != contesto["respuesta_b"]).sum())
    if not n:
        return dict(n_total=len(tabla), n_comparables=0, desacuerdos=0, tasa=np.nan,
                    ic_bajo=np.nan, ic_alto=np.nan)
    p, z = k / n, 1.96
    centro = (p + z * z / 2 / n) / (1 + z * z / n)
    radio = z * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n) / (1 + z * z / n)
    return pd.Series(dict(n_total=len(tabla), n_comparables=n, desacuerdos=k, tasa=p,
                          ic_bajo=centro - radio, ic_alto=centro + radio, contexto="x"))
""",
    "rate by looking at the answers": """
def tasa_de_desacuerdo(registro):
    total = comparables = distintos = 0
    for fila in registro:
        total += 1
        if fila["respuesta_b"] is None:
            continue
        comparables += 1
        if fila["respuesta_a"] != fila["respuesta_b"]:
            distintos += 1
    try:
        tasa = distintos / comparables
        bajo, alto = proportion_confint(distintos, comparables, method="wilson")
    except ZeroDivisionError:
        tasa = bajo = alto = float("nan")
    return {"n_total": total, "n_comparables": comparables, "desacuerdos": np.int64(distintos),
            "tasa": np.float64(tasa), "ic_bajo": bajo, "ic_alto": alto}
""",
    "groups with groupby": """
def desacuerdo_por_grupo(registro, grupos):
    tabla = pd.DataFrame(registro).merge(
        grupos.rename("grupo"), left_on="id_solicitud", right_index=True)
    return pd.DataFrame(
        {g: tasa_de_desacuerdo(parte.to_dict("records")) for g, parte in tabla.groupby("grupo")}
    ).T
""",
    "groups with map, sorted": """
def desacuerdo_por_grupo(registro, grupos):
    nombres = grupos.to_dict()
    salida = {}
    for grupo in sorted({nombres[f["id_solicitud"]] for f in registro}):
        propias = [f for f in registro if nombres[f["id_solicitud"]] == grupo]
        salida[grupo] = pd.Series(tasa_de_desacuerdo(propias), dtype=object)
    tabla = pd.DataFrame(salida).transpose()
    tabla.index.name = "grupo"
    return tabla.sort_values("n_total", ascending=False)
""",
    "McNemar with pandas and statsmodels": """
from statsmodels.stats.contingency_tables import mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    t = pd.DataFrame(registro)
    t = t[t["estado_b"] == "ok"].set_index("id_solicitud").join(etiquetas.rename("y"), how="inner")
    a, b = (t["respuesta_a"] == t["y"]), (t["respuesta_b"] == t["y"])
    tabla = [[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]]
    p = mcnemar(tabla, exact=True).pvalue
    return {"n": len(t), "solo_a": tabla[0][1], "solo_b": tabla[1][0], "p_valor": p}
""",
    "decision with nested ifs": """
def decidir(r, m, max_sin_respuesta=0.01, alfa=0.05):
    if 1 - r["n_comparables"] / r["n_total"] > max_sin_respuesta:
        veredicto = "arreglar"
    elif m["p_valor"] >= alfa or m["solo_a"] == m["solo_b"]:
        veredicto = "seguir"
    else:
        veredicto = "promover" if m["solo_b"] > m["solo_a"] else "descartar"
    return veredicto
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_answer_gets_full_marks(name: str) -> None:
    assert lost(graded(RIGHT[name])) == set()


def servir(body: str) -> str:
    """servir_en_shadow from a body that may use A's answer ``r`` and the empty row ``fila``."""
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    return f"""
def servir_en_shadow(s, a, b, registro, limite=0.05):
    r = a(s)
    fila = {{"id_solicitud": s["id_solicitud"], "respuesta_a": r, "respuesta_b": None,
            "estado_b": "ok", "error_b": None}}
{lines}
"""


THREAD = """
hilo = ThreadPoolExecutor(1)
futuro = hilo.submit(b, s)
try:
    fila["respuesta_b"] = futuro.result(timeout=limite)
except TimeoutError:
    fila["estado_b"], fila["error_b"] = "timeout", "tarde"
except Exception as e:
    fila["estado_b"], fila["error_b"] = "error", repr(e)
hilo.shutdown(wait=False)
registro.append(fila)
return r
"""

ANSWER, LOGGED, FAILURE, HUNG, LIMIT = (
    "user_gets_the_answer_of_a",
    "what_both_said_is_logged",
    "a_failure_of_b_is_logged",
    "the_user_does_not_wait_for_a_hung_b",
    "the_limit_is_the_argument",
)
RATE, WILSON, NOTHING = (
    "rate_leaves_out_what_b_did_not_answer",
    "interval_is_wilson",
    "nothing_to_compare_is_not_agreement",
)
COUNTS, P_VALUE = "only_what_separates_them_counts", "p_value_is_exact_and_two_sided"
MENDED, DIRECTION = "an_answerless_b_is_mended_first", "a_difference_has_a_direction"

# wrong answer → (its code, the checks it must lose, words of the message of the first of them)
WRONG = {
    "B's answer is served when there is one": (
        servir(THREAD.replace("return r", "return r if fila['respuesta_b'] is None else 1 - r")),
        {ANSWER},
        "el usuario recibió",
    ),
    "answer and row are returned": (
        servir(THREAD.replace("return r", "return r, fila")),
        {ANSWER},
        "la respuesta de A, sola",
    ),
    "failures of B swallowed and not logged": (
        servir(
            THREAD.replace(
                "registro.append(fila)", "if fila['estado_b'] == 'ok': registro.append(fila)"
            )
        ),
        {FAILURE, HUNG},
        "el registro tiene",
    ),
    "B without a try": (
        servir("fila['respuesta_b'] = b(s)\nregistro.append(fila)\nreturn r"),
        {FAILURE, HUNG},
        "al usuario le llegó un error",
    ),
    "the limit is in milliseconds": (
        servir(THREAD.replace("timeout=limite", "timeout=limite / 1000")),
        {LIMIT},
        "`estado_b` quedó",
    ),
    "A's answer is logged as B's": (
        servir(
            THREAD.replace("futuro.result(timeout=limite)", "(futuro.result(timeout=limite), r)[1]")
        ),
        {LOGGED, LIMIT},
        "`respuesta_b` quedó",
    ),
    "rate over all the requests": (
        """
def tasa_de_desacuerdo(registro):
    n = len(registro)
    contesto = [f for f in registro if f["estado_b"] == "ok"]
    k = sum(f["respuesta_a"] != f["respuesta_b"] for f in contesto)
    bajo, alto = proportion_confint(k, n, method="wilson")
    return {"n_total": n, "n_comparables": len(contesto), "desacuerdos": k, "tasa": k / n,
            "ic_bajo": bajo, "ic_alto": alto}
""",
        {RATE, WILSON, NOTHING},
        "por todas las solicitudes",
    ),
    "labels matched by position": (
        """
mcnemar_original = prueba_de_mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    ids = [f["id_solicitud"] for f in registro][: len(etiquetas)]
    return mcnemar_original(registro, pd.Series(etiquetas.to_numpy(), index=ids))
""",
        {COUNTS},
        "otro número",
    ),
    "all right answers, not only the discordant": (
        """
mcnemar_original = prueba_de_mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    pares = [f for f in registro if f["estado_b"] == "ok" and f["id_solicitud"] in etiquetas.index]
    y = [etiquetas[f["id_solicitud"]] for f in pares]
    a = sum(f["respuesta_a"] == v for f, v in zip(pares, y))
    b = sum(f["respuesta_b"] == v for f, v in zip(pares, y))
    return {"n": len(pares), "solo_a": a, "solo_b": b, "p_valor": binomtest(b, a + b).pvalue}
""",
        {COUNTS},
        "`solo_a`",
    ),
    "no discordant pair, p is nan": (
        """
mcnemar_original = prueba_de_mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    r = mcnemar_original(registro, etiquetas)
    return {**r, "p_valor": r["p_valor"] if r["solo_a"] + r["solo_b"] else float("nan")}
""",
        {P_VALUE},
        "no hay ningún caso",
    ),
    "thresholds fixed inside": (
        """
decidir_original = decidir
def decidir(r, m, max_sin_respuesta=0.01, alfa=0.05):
    return decidir_original(r, m)
""",
        {MENDED, DIRECTION},
        "max_sin_respuesta",
    ),
    "the words are others": (
        """
decidir_original = decidir
def decidir(r, m, max_sin_respuesta=0.01, alfa=0.05):
    return decidir_original(r, m, max_sin_respuesta, alfa).upper()
""",
        {MENDED, DIRECTION},
        "decidiste el texto",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_loses_its_checks_and_no_other(name: str) -> None:
    source, checks_lost, words = WRONG[name]
    verdicts = graded(source)
    assert lost(verdicts) == checks_lost
    assert any(words in verdicts[each].message for each in checks_lost)
    assert {verdicts[each].status for each in checks_lost} == {"failed"}
    assert all(verdicts[each].hint for each in checks_lost)


@pytest.mark.parametrize(
    "value", [None, "texto", 3, [1], {}, np.arange(3), pd.DataFrame(), object()]
)
def test_a_strange_value_is_a_wrong_answer(value: object) -> None:
    names = reference() | {name: lambda *args, **kwargs: value for name in FUNCTIONS}
    verdicts = run_checks(checks, DirectStudent(names, ROOT), seed=1)
    assert {verdict.status for verdict in verdicts} == {"failed"}

"""When a figure is no plain measurement: other data, limits, plans, people whom nobody named."""

from __future__ import annotations

import re

_NOT_TRAINING = re.compile(
    r"\b(?:no|nunca|fuera|sin|distint[oa]s?|aparte|separad[oa]s?|apartad[oa]s?|ni)\b"
    r"[^.;,|]{0,30}(?:entrenamiento|train(?:ing)?\b)"
)
_EXCLUDED = {
    "training": r"\bentrenamiento|\btrain(?:ing)?\b|validacion cruzada|cross[- ]validat|\bcv\b"
    r"|\bpliegues?\b|\bfolds?\b|out[- ]of[- ]bag|\boob\b",
    "other-data": r"\bproduccion\b|\bproduction\b|\bsnapshot_?2|\bmes(?:es)? [2-9]\b|\bmensual",
    "baseline": r"\bbaseline|\blinea (?:de )?base\b|\bmayoritari|\bmajority|\bdummy|\bazar\b"
    r"|\brandom (?:guess|baseline|classifier)|\bingenu[oa]\b|\bnaive (?:baseline|model)|\btrivial"
    r"|\b(?:modelo|version) (?:anterior|previ[oa]|actual en uso|viej[oa])"
    r"|\bprevious (?:model|version)"
    r"|\bsiempre\b|\balways\b|\bmodelo (?:b|a|candidato|rival)\b|\botros? modelos?\b|\bhumano",
    "target": r"\bumbral(?:es)? de alerta|\balertas?\b|\balarma|\bminim[oa]s?\b|\bmaxim[oa]s?\b"
    r"|\bal menos\b|\bcomo (?:mucho|minimo|maximo)\b"
    r"|\bobjetivo|\bmetas?\b|\btarget\b"
    r"|\baceptable|\brequerid|\bexigid|\btolera"
    r"|\bat least\b|\bdrops?\b|\bse espera\b|\besperamos\b|\b(?:queremos|quisieramos|aspiramos)\b"
    r"|\bllegue\b"
    r"|\bdeberia\b|\bshould\b|\bexpected\b|\breentren",
    "difference": r"\bbrechas?\b|\bdiferencias?\b|\bgaps?\b|\bdisparidad|\bdifferences?\b"
    r"|\bdelta\b|\bvariacion|\bmejora\b|\bcaida\b|\bperdida de\b|\brazon\b|\bratio\b|\bcociente"
    r"|\bdesvio\b|\bstd\b|\berror estandar|\bponderad[oa]s? por\b|\bp-?val",
}
_EXCLUDED_PATTERN = re.compile(
    "|".join(f"(?P<{key.replace('-', '_')}>{words})" for key, words in _EXCLUDED.items())
)
_CONDITIONAL = re.compile(
    r"(?:^|[\s,;(])(?:si|cuando|if|when|unless|salvo que|en caso de|hasta que|cada vez que)\s"
)
_WATCH_HEADING = re.compile(
    r"\b(?:monitoreo|monitoring|alertas?|umbrales|rollback|reentrenamiento)"
)
_QUALIFIER = re.compile(
    r"\b(?:con|sin|with|without) (?!(?:este|esta|nuestro|nuestra|umbral|datos|evaluacion|test|"
    r"prueba|validacion|predict|predict_proba|probabilidad|probabilidades|scikit|sklearn|python|"
    r"regularizacion|balanceo|respecto|the|this)\b)[a-z]{4,}"
)
_SURELY_EXCLUDED = frozenset({"training", "other-data", "target"})
_STRANGERS = re.compile(  # "en monotributistas": somebody whom the evaluation data do not name
    r"\b(?:en|para|entre|con|de) (?:los |las )?(?!(?:datos|filas|casos|solicitudes|terminos|todos|"
    r"todas|ambos|ambas|mas|menos|dos|tres|evaluaciones|pruebas|clases|probabilidades|aciertos|"
    r"falsos|positivos|negativos|verdaderos|veces|predicciones|nuestros|nuestras|estos|estas|"
    r"registros|observaciones|personas|pasajeros|clientes)\b)[a-z]{4,}s\b"
    r"|^\W{0,4}(?:los|las) (?!(?:metricas|resultados|valores|datos|numeros|cifras|predicciones|"
    r"probabilidades|aciertos)\b)[a-z]{4,}s\b"
    r"|\b(?:clientes|personas|solicitudes|casos|pasajeros|filas) (?:nuev|viej|joven|mayor|menor|"
    r"grande|chic|alt[ao]|baj[ao]|sin |con |que |del? (?!evaluacion|prueba|test|validacion))"
)
_BREAKDOWN = re.compile(
    r"\b(?:por|segun|cada|en cada) (?:tramo|nivel|categoria|grupo|subgrupo|franja|rango|decil|"
    r"quintil|cuartil|tipo|segmento|mes|ano|trimestre|semana)\b"
)
_SOME_RANGE = re.compile(  # "montos mayores a $ 1.000.000": a group, by a column we were not given
    r"\b(?:mayor|menor|inferior|superior)(?:es)? (?:a|de|que)\b|\b(?:mas|menos) de \$?\s?\d"
    r"|\bentre \$?\s?[\d.]{2,12} y \$?\s?\d"
)
_OTHER_THRESHOLD = re.compile(
    r"\b(?:umbral(?:es)?|corte|threshold|cutoff)\b[^.;\d]{0,25}(?:0?[.,](?!50?\b)\d+|\d{1,2}\s?%)"
)


def is_firm(excluded: str) -> bool:
    """Whether an exclusion is beyond doubt: such a figure is not even tried."""
    return excluded in _SURELY_EXCLUDED


def excluded_by(folded: str) -> str:
    """Why a text does not state a measurement on the evaluation set, or ""."""
    text = _NOT_TRAINING.sub(lambda hit: "|" * len(hit.group()), folded)
    found = _EXCLUDED_PATTERN.search(text)
    return (found.lastgroup or "").replace("_", "-") if found else ""


def is_conditional(text: str) -> bool:
    """Whether it is a plan ("Si el AUC baja de 0,70…"). "Sí" with its accent is none."""
    lowered = text.lower()
    return bool(_CONDITIONAL.search(lowered))


def is_watched(folded: str) -> bool:
    """A heading over what will be watched ("Monitoreo"): its figures are limits."""
    return bool(_WATCH_HEADING.search(folded))


def has_qualifier(folded: str) -> bool:
    """A condition on the rows that no name of ours covers: "recall con garante"."""
    return bool(_QUALIFIER.search(folded))


def is_conditioned(clause: str, sentence: str, names_group: bool) -> bool:
    """Whether a clause is about somebody, or some setting, that no name of ours covers.

    `names_group`: the clause names a known subgroup or the whole set. Both texts are folded.
    """
    if _OTHER_THRESHOLD.search(sentence):
        return True
    if names_group:
        return False
    patterns = (_STRANGERS, _SOME_RANGE, _QUALIFIER)
    return bool(_BREAKDOWN.search(sentence)) or any(each.search(clause) for each in patterns)

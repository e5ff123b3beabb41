"""Sections, fields, blanks, out-of-scope uses and hidden text, each by its own."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pandas as pd
import pytest

import autograder
from autograder.engine import JUDGING
from autograder.messages import using
from autograder.ml import model_card
from autograder.ml.model_card import Declared, Groups, Kind, assess
from autograder.ml.model_card.evidence import find_metric
from autograder.ml.model_card.fields import Field, label_lines, read_fields
from autograder.ml.model_card.groups import Group
from autograder.ml.model_card.parse import read
from autograder.ml.model_card.sections import (
    OUT_OF_SCOPE,
    name_sections,
    names_a_use,
    outline,
    states_out_of_scope,
)
from autograder.ml.model_card.text import find_blanks, is_blank

GROUPS = Groups.of(
    pd.DataFrame({"sexo": ["mujer", "varón"] * 6, "edad": range(12), "paga": [True, False] * 6}),
    {"sexo": {"": ["género"], "mujer": ["F"]}},
)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("1. Detalles del modelo", "model_details"),
        ("Resumen", "model_details"),
        ("Identificación", "model_details"),
        ("Model Description", "model_details"),
        ("II. Uso previsto", "intended_use"),
        ("¿Para qué sirve?", "intended_use"),
        ("Intended uses & limitations", "intended_use caveats"),
        ("Datos", "training_data evaluation_data"),
        ("Training Details", "training_data"),
        ("Train Set", "training_data"),
        ("Datos de entrenamiento y de evaluación", "training_data evaluation_data"),
        ("Conjunto de prueba", "evaluation_data"),
        ("Eval Set", "evaluation_data"),
        ("Testing Data, Factors & Metrics", "evaluation_data metrics"),
        ("Evaluación del modelo", "evaluation_data metrics"),
        ("Resultados en test", "metrics"),
        ("📊 Métricas", "metrics"),
        ("Métricas de evaluación por subgrupo", "metrics"),
        ("Quantitative Analyses", "metrics"),
        ("Bias, Risks, and Limitations", "ethical_considerations caveats"),
        ("Riesgos y consideraciones éticas", "ethical_considerations"),
        ("Limitaciones conocidas", "caveats"),
        ("Caveats and Recommendations", "caveats"),
        ("Usos fuera de alcance", "out_of_scope"),
        ("Out-of-Scope Use", "out_of_scope"),
        ("Usos no permitidos", "out_of_scope"),
        ("Casos de uso no recomendados", "out_of_scope"),
        ("No usar para", "out_of_scope"),
        ("Para qué no sirve", "out_of_scope"),
        ("Limitaciones de uso", "out_of_scope caveats"),
        ("Uso previsto y usos fuera de alcance", "intended_use out_of_scope"),
        ("Citation", ""),
        ("Environmental Impact", ""),
        ("How to Get Started with the Model", ""),
        ("Conclusión", ""),
        ("x" * 500, ""),
    ],
)
def test_a_heading_names_its_sections(heading: str, keys: str) -> None:
    assert sorted(name_sections(heading)[0]) == sorted(keys.split())


def test_the_innermost_heading_that_names_a_section_holds_a_block() -> None:
    card = (
        "## Uso previsto\n\na\n\n### Otra cosa\n\nb\n\n### Fuera de alcance\n\nc\n\n## Anexo\n\nd\n"
    )
    placed = outline(read(card).blocks).placed
    assert [(each.block.text, each.sections) for each in placed] == [
        ("a", ("intended_use",)),
        ("b", ("intended_use",)),
        ("c", (OUT_OF_SCOPE, "intended_use")),
        ("d", ()),
    ]


USES = [
    "### Usos fuera de alcance\n\nHipotecas.",
    "### Usos fuera de alcance\n\n- Tomar decisiones sin revisión humana",
    "**Usos no permitidos:** decidir despidos",
    "- Usos desaconsejados:\n  - Vigilancia policial",
    "No usar para fijar tasas de interés.",
    "Prioriza casos. No está pensado para diagnosticar.",
    "Fuera de alcance: rechazar solicitudes sin revisión.",
    "El modelo no debe usarse para negar un crédito.",
    "No usar para:\n\n- Aprobar hipotecas",
    "**Out-of-Scope Use**\n\nMedical diagnosis.",
    "It is not suitable for making financial decisions.",
    "The model should not be used for hiring.",
    "| Tipo | Detalle |\n|---|---|\n| Usos no previstos | fijar tasas |",
    "| Uso previsto | Fuera de alcance |\n|---|---|\n| revisar | despedir gente |",
    "### Fuera del alcance\n\nCréditos para empresas o pymes.",
    "### Usos no recomendados\n\n1. Scoring de personas jurídicas",
    "### Restricciones de uso\n\nNo utilizar con solicitantes menores de 18 años.",
    "**No debe utilizarse para:** denegar préstamos automáticamente.",
    "- Fuera de alcance: estimar el ingreso de una persona.",
    "**Usos excluidos** — publicidad dirigida",
    "No se recomienda su uso para evaluar microcréditos rurales.",
    "- *No apto para* hipotecas.",
    "Este modelo no está diseñado para tomar decisiones médicas.",
    "### Para qué NO sirve\n\n- Predecir el monto de la deuda.",
    "### Out of scope\n\nAnything outside consumer loans, e.g. mortgages.",
    "**Misuse:** screening tenants.",
    "- Do not use for: pricing insurance",
    "### Prohibited Uses\n\nSurveillance of employees",
    "Queda fuera de alcance la fijación de límites de tarjeta.",
    "### Usos indebidos\n\nUsarlo como única razón para rechazar.",
    "Nunca usar para perseguir deudores.",
    "### Exclusiones\n\nClientes de otros países.",
    "No usar: en comercios, ni para fijar precios",
    "Casos de uso no permitidos: selección de personal.",
]
NO_USES = [
    "### Usos fuera de alcance\n\nNinguno.",
    "### Usos fuera de alcance\n\nCualquier otro propósito.",
    "### Usos fuera de alcance\n\nTodo lo demás.",
    "### Usos fuera de alcance\n\nVer arriba.",
    "### Usos fuera de alcance\n\nUsos fuera de su alcance previsto.",
    "### Usos fuera de alcance\n\nNo hay: sirve para todo.",
    "### Usos fuera de alcance\n\n[completar: para qué no]",
    "### Usos fuera de alcance\n\n> Nombrá un uso tentador que no corresponde.",
    "### Usos fuera de alcance\n\n<!-- Vigilancia policial -->",
    "### Usos fuera de alcance\n\n```\nVigilancia policial\n```",
    "### Out-of-Scope Use\n\nNone known.",
    "### Out-of-Scope Use\n\nAny use other than the intended one.",
    "No se debe usar la columna género.",
    "Sirve para priorizar solicitudes.",
    "El recall no debe usarse solo.",
    "### Fuera del alcance\n\nNo se conocen.",
    "### Usos no recomendados\n\nNinguno en particular.",
    "### Usos fuera de alcance\n\nCualquiera que no sea el previsto.",
    "### Usos fuera de alcance\n\nLos que no figuran en la sección anterior.",
    "### Usos fuera de alcance\n\nA definir por el equipo.",
    "### Usos fuera de alcance\n\nTodo uso distinto al mencionado más arriba.",
    "### Out-of-Scope Use\n\nNot applicable.",
    "### Out-of-Scope Use\n\nSee the section above.",
    "### Out-of-Scope Use\n\nEverything else.",
    "Se recomienda usar para créditos personales.",
    "No se usó la variable género en el entrenamiento.",
    "No usamos datos de 2020.",
    "### Usos fuera de alcance\n\nUsos inadecuados o incorrectos del modelo.",
    "### Usos fuera de alcance\n\nNo hay restricciones.",
    "El umbral no debe cambiarse sin avisar.",
]


@pytest.mark.parametrize("text", USES)
def test_a_use_that_it_is_not_for_is_recognised(text: str) -> None:
    assert states_out_of_scope(outline(read(f"## Uso previsto\n\n{text}").blocks).placed)


@pytest.mark.parametrize("text", NO_USES)
def test_what_names_no_use_is_no_statement(text: str) -> None:
    assert not states_out_of_scope(outline(read(f"## Uso previsto\n\n{text}").blocks).placed)


@pytest.mark.parametrize("text", ["Nada", "N/A", "-", "", "Pendiente", "No aplica."])
def test_nothing_is_no_use(text: str) -> None:
    assert not names_a_use(text)


@pytest.mark.parametrize(
    "text",
    [
        "[completar: nombre]",
        "{{ model_id }}",
        "{caso de uso}",
        "[More Information Needed]",
        "(describir)",
        "TU_USUARIO/modelo",
        "<nombre del modelo>",
        "AAAA-MM-DD",
        "0.XX",
        "TODO: medir",
        "[Nombre del modelo]",
        "Please include the metrics used.",
        "Lorem ipsum dolor",
    ],
)
def test_a_template_s_leftover_is_a_blank(text: str) -> None:
    assert list(find_blanks(text))


@pytest.mark.parametrize(
    "text",
    [
        "$x_{i}$ y \\frac{a}{b}",
        "$F_1 = \\frac{2pr}{p + r}$",
        "las clases {0, 1}",
        "`f'{x}'`",
        "[un enlace](https://ejemplo.org)",
        "[1]",
        "del siglo XX",
        "Todo el método",
        "el formato AAAA-MM-DD",
        "falta medir otros meses",
    ],
)
def test_what_only_looks_like_a_blank_is_none(text: str) -> None:
    assert not list(find_blanks(text))
    assert not is_blank(text)


@pytest.mark.parametrize(
    "text", ["", "…", "???", "Pendiente", "por definir", "a completar", "(describir)"]
)
def test_a_value_that_says_it_is_missing_is_a_blank(text: str) -> None:
    assert is_blank(text)


def fields(text: str, declared: Declared | None = None) -> dict[str, Field]:
    found = read_fields(label_lines(outline(read(text).blocks).placed), declared or Declared())
    return {field.key: field for field in found}


@pytest.mark.parametrize(
    "text",
    [
        "- **Algoritmo:** LogisticRegression",
        "**Tipo de modelo**: regresión logística",
        "Model type: Logistic Regression",
        "| Campo | Valor |\n|---|---|\n| Algoritmo | logit |",
        "### Algoritmo\n\nRegresión logística",
        "- **Algoritmo**\n  - Logistic regression",
    ],
)
def test_the_algorithm_is_read_and_compared(text: str) -> None:
    right, wrong = ("Pipeline", "LogisticRegression"), ("Pipeline", "SVC")
    assert fields(text, Declared(algorithms=right))["algorithm"].is_true is True
    assert fields(text, Declared(algorithms=wrong))["algorithm"].is_true is False


@pytest.mark.parametrize("value", ["asdf", "un modelo", "Pipeline", "StandardScaler"])
def test_what_names_no_algorithm_is_not_valid(value: str) -> None:
    assert not fields(f"Algoritmo: {value}")["algorithm"].is_valid


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("Versión de scikit-learn: 1.7.2", True),
        ("Tipo de modelo: logit, de scikit-learn 1.7", True),
        ("sklearn version: v1.7.2", True),
        ("scikit-learn: 1.6.0", False),
        ("scikit-learn: 1.7.1", False),
    ],
)
def test_the_version_is_compared_as_far_as_it_goes(text: str, is_true: bool) -> None:
    assert fields(text, Declared(sklearn="1.7.2"))["sklearn"].is_true is is_true


@pytest.mark.parametrize(
    ("text", "training", "evaluation"),
    [
        (
            "## Datos de entrenamiento\n\nFilas: 3.500\n\n## Datos de evaluación\n\nFilas: 1.500",
            True,
            True,
        ),
        (
            "## Datos de entrenamiento\n\nFilas: 1500\n\n## Datos de evaluación\n\nFilas: 3500",
            False,
            False,
        ),
        ("Filas de entrenamiento: 3500 (70 %)\n\nFilas de evaluación: 1500", True, True),
        ("## Training data\n\nSize: 3,500 samples of 5,000", True, None),
        ("## Datos\n\nEntrenamiento: 3500 filas\n\nTest: 1500 filas", True, True),
        ("## Datos de entrenamiento\n\nUsamos 891 pasajeros de 1912.", None, None),
    ],
)
def test_rows_are_compared_where_they_are_declared(
    text: str, training: bool | None, evaluation: bool | None
) -> None:
    found = fields(text, Declared(training_rows=3_500, evaluation_rows=1_500))
    assert found["training_rows"].is_true is training
    assert found["evaluation_rows"].is_true is evaluation


@pytest.mark.parametrize(
    "value",
    ["2026-11-20", "20/11/2026", "11/20/2026", "noviembre de 2026", "20 de noviembre de 2026",
     "Nov 20, 2026", "20th November 2026", "2026-11", "20.11.2026", "21/11/2026.",
     "Noviembre de 2026."],
)  # fmt: skip
def test_a_date_is_a_date(value: str) -> None:
    assert fields(f"- **Fecha:** {value}")["date"].is_valid


@pytest.mark.parametrize("value", ["ayer", "31/02/2026", "2026-13-45", "hjkl", "1.7.2"])
def test_what_is_no_date_is_not_valid(value: str) -> None:
    assert not fields(f"- **Fecha:** {value}")["date"].is_valid


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Global", Group()),
        ("Todos los datos", Group()),
        ("Global (test)", Group()),
        ("Global (train)", None),
        ("mujer (731)", Group("sexo", "mujer")),
        ("edad < 5 (n = 31)", Group("edad", high=(5.0, False))),
        ("👩 mujer", Group("sexo", "mujer")),
        ("género = F", Group("sexo", "mujer")),
        ("Varón", Group("sexo", "varón")),
        ("paga = sí", Group("paga", "True")),
        ("edad < 5", Group("edad", high=(5.0, False))),
        ("5 ≤ edad < 9", Group("edad", low=(5.0, True), high=(9.0, False))),
        ("edad de 5 a 9", Group("edad", low=(5.0, None), high=(9.0, None))),
        ("edad más de 5", Group("edad", low=(5.0, None))),
        ("Brecha (género)", Group("sexo", is_gap=True)),
        ("Brecha", None),
        ("3", None),
        ("nadie", None),
    ],
)
def test_a_row_s_group_is_recognised(text: str, group: Group | None) -> None:
    assert GROUPS.find(text) == group


def test_a_long_name_is_no_metric() -> None:
    assert find_metric("recall " * 1_000) == ("", False)


def test_the_vocabulary_is_part_of_the_engines_identity() -> None:
    package = Path(autograder.__file__).parent
    covered = {path for pattern in JUDGING for path in package.glob(pattern)}
    assert package / "ml" / "model_card" / "vocabulary.toml" in covered


HIDDEN = [
    '<div style="display:none">\n\n{}\n\n</div>',
    "<div hidden>\n\n{}\n\n</div>",
    '<p style="color: #fff">{}</p>',
    '<font color="white">{}</font>',
    '<span style="font-size:0px">{}</span>',
    '<span style="opacity: 0">{}</span>',
    '<div style="position:absolute; left:-9999px">{}</div>',
    '<div style="visibility:hidden"><div>{}</div></div>',
    "<!-- {} -->",
    "[//]: # ({})",
]


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_text_counts_for_nothing_and_is_flagged(how: str) -> None:
    said = "Puede perjudicar a quien pagaría y queda sin crédito."
    found = assess(f"## Consideraciones éticas\n\n{how.format(said)}\n\nMuchas.\n", GROUPS)
    assert "ethical_considerations" in {
        each.section for each in found.of(Kind.SECTION) if each.line
    }
    assert len(found.of(Kind.HIDDEN_TEXT)) == 1


@pytest.mark.parametrize(
    "how",
    ["<details><summary>Más</summary>\n\n{}\n\n</details>",
     '<p style="color:white;background:navy">{}</p>',
     '<div align="center">\n\n{}\n\n</div>', "<b>{}</b>", "<nombre>{}"],
)  # fmt: skip
def test_text_that_is_seen_counts(how: str) -> None:
    said = "Puede perjudicar a quien pagaría y queda sin crédito."
    found = assess(f"## Consideraciones éticas\n\n{how.format(said)}\n", GROUPS)
    seen = {each.section for each in found.of(Kind.SECTION)}
    assert "ethical_considerations" not in seen
    assert not found.of(Kind.HIDDEN_TEXT)


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_sections_inside_a_block_of_code_are_told(fence: str) -> None:
    found = assess(f"a\n\n{fence}\n## Metrics\n", GROUPS).of(Kind.SECTION)
    assert all("3" in each.hint and "código" in each.hint for each in found)


@pytest.mark.parametrize("name", [each.name for each in pkgutil.iter_modules(model_card.__path__)])
def test_examples_run(name: str) -> None:
    with using("en"):
        done = doctest.testmod(importlib.import_module(f"autograder.ml.model_card.{name}"))
    assert done.failed == 0

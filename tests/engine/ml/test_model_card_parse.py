"""Sections, headings that are and are not, blanks, the out-of-scope statement."""

from __future__ import annotations

import pytest

from autograder.ml.model_card import SECTIONS, assess
from autograder.ml.model_card.parse import fold, read
from autograder.ml.model_card.placeholders import find
from autograder.ml.model_card.sections import name_sections, outline


def _headings(card: str) -> set[str]:
    return set(outline(read(card).blocks).headings)


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Detalles del modelo", "model_details"),
        ("1. Detalles del modelo", "model_details"),
        ("I. Model Details", "model_details"),
        ("🧾 DETALLES DEL MODELO 🧾", "model_details"),
        ("Model Details / Detalles del modelo", "model_details"),
        ("Descripción del modelo", "model_details"),
        ("2) Uso previsto", "intended_use"),
        ("Uso previsto y usos fuera de alcance", "intended_use"),
        ("Intended Use(s)", "intended_use"),
        ("3 - Datos de entrenamiento", "training_data"),
        ("Training Data", "training_data"),
        ("Conjunto de entrenamiento (snapshot1)", "training_data"),
        ("Datos de evaluacion", "evaluation_data"),
        ("Datos de prueba", "evaluation_data"),
        ("Evaluation data:", "evaluation_data"),
        ("Métricas", "metrics"),
        ("Métricas de desempeño", "metrics"),
        ("5️⃣ Metrics", "metrics"),
        ("Resultados", "metrics"),
        ("Resultados de la evaluación", "metrics"),
        ("Sesgos y equidad", "ethical_considerations"),
        ("Aspectos legales y éticos", "ethical_considerations"),
        ("Consideraciones éticas", "ethical_considerations"),
        ("Ética", "ethical_considerations"),
        ("Ethical considerations", "ethical_considerations"),
        ("Limitaciones y recomendaciones", "caveats"),
        ("Caveats and Recommendations", "caveats"),
        ("Limitaciones", "caveats"),
    ],
)
def test_heading_names_its_section(heading: str, key: str) -> None:
    assert name_sections(heading).keys == (key,)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Datos de entrenamiento y evaluación", {"training_data", "evaluation_data"}),
        ("Bias, Risks, and Limitations", {"ethical_considerations", "caveats"}),
        ("Consideraciones éticas y limitaciones", {"ethical_considerations", "caveats"}),
        ("Testing Data, Factors & Metrics", {"evaluation_data", "metrics"}),
    ],
)
def test_heading_may_name_two_sections(heading: str, keys: set[str]) -> None:
    assert set(name_sections(heading).keys) == keys


@pytest.mark.parametrize(
    "heading",
    [
        "Model card",
        "Referencias",
        "Anexo",
        "Usos fuera de alcance",
        "Contacto",
        "",
        "a" * 500,
        ", ".join(SECTIONS.values()),
    ],
)
def test_heading_names_no_section(heading: str) -> None:
    assert name_sections(heading).keys == ()


@pytest.mark.parametrize(
    "written",
    [
        "## Métricas",
        "# Métricas #",
        "### **Métricas**",
        "Métricas\n---",
        "Métricas\n===",
        "## 5. Métricas 📊",
        "## <a name='m'></a>Métricas",
        "<h2>M&eacute;tricas</h2>",
        "> ## Métricas",
        "## [Métricas](#metricas)",
        "   ## Métricas",
    ],
)
def test_heading_in_any_writing_opens_the_section(written: str) -> None:
    assert _headings(f"texto\n\n{written}\n\nLa exactitud\n") == {"metrics"}


@pytest.mark.parametrize(
    "written",
    [
        "```\n## Métricas\n```",
        "~~~markdown\n## Métricas\n~~~",
        "    ## Métricas",
        "<!-- ## Métricas -->",
        "<!--\n## Métricas\n-->",
        "#### Métricas",
        "Hablemos de las métricas",
        "Las **métricas** son",
        "`## Métricas`",
        "| Métricas |\n|---|\n| x |",
        "---\nMétricas: 1\n---",
    ],
)
def test_what_only_looks_like_a_heading_opens_nothing(written: str) -> None:
    assert _headings(f"{written}\n\ntexto\n") == set()


@pytest.mark.parametrize(
    "written", ["\\## Métricas", "##Métricas", "**Métricas**", "**Métricas:**", "__5. Métricas__"]
)
def test_lookalike_heading_opens_the_section_with_a_warning(written: str) -> None:
    card = f"{written}\n\nLa exactitud\n"
    assert _headings(card) == {"metrics"}
    assert "not-a-heading" in {finding.code for finding in assess(card).findings}


def test_bold_lead_inside_a_section_is_not_a_heading() -> None:
    card = "## Métricas\n\n**Exactitud**\n\ntexto\n\n**Nota:** las métricas son del mes 1.\n"
    [*_, last] = outline(read(card).blocks).placed
    assert last.sections == ("metrics",)


def test_subheading_that_mentions_another_section_stays_in_its_own() -> None:
    card = "## Limitaciones\n\n### Métricas de monitoreo\n\nPSI mensual.\n"
    [placed] = outline(read(card).blocks).placed
    assert set(placed.sections) == {"caveats", "metrics"}


def test_heading_of_the_same_level_closes_the_section() -> None:
    card = "## Métricas\n\nuno\n\n## Anexo\n\ndos\n"
    first, second = outline(read(card).blocks).placed
    assert (first.sections, second.sections) == (("metrics",), ())


@pytest.mark.parametrize(
    "text",
    [
        "[completar]",
        "[Completar: nombre y correo]",
        "[describir el modelo acá]",
        "{{ model_id }}",
        "{NOMBRE_DEL_MODELO}",
        "More Information Needed",
        "Lorem ipsum",
        "a completar",
        "Versión: sin definir",
        "por definir",
        "Por completar.",
        "2026-AAAA-MM-DD",
        "YYYY-MM-DD",
        "DD/MM/AAAA",
        "TODO",
        "TODO: medir",
        "TBD",
        "0.XX",
        "XX %",
        "vX: X.X",
        "<completar nombre>",
        "to be determined",
        "Falta definir.",
        "Falta completar la tabla.",
        "El umbral está por definir.",
        "Umbral: a definir con legales",
        "Por definir con el equipo legal durante el próximo trimestre.",
        "Responsable: sin definir todavía",
        "Ingreso (sin completar)",
        "Pendiente de definir",
        "[Nombre del repositorio] (completar)",
        "[completar: fecha en formato AAAA-MM-DD]",
        "Fecha: AAAA-MM-DD",
    ],
)
def test_blank_is_found(text: str) -> None:
    assert list(find(text))


@pytest.mark.parametrize(
    "text",
    [
        "todo el mes",
        "Todo salió bien",
        "el método",
        "MÉTODO",
        "TODO EL DESARROLLO SE HIZO ACÁ",
        "siglo XX",
        "fines del siglo XX.",
        "[1] Mitchell et al.",
        "ver [la notebook](x.ipynb)",
        "N/A",
        "{x: 1}",
        "dict {a, b}",
        "2026-11-02",
        "se completará el año que viene",
        "una definición",
        "eXXtra",
        "MXX",
        "lista [0, 1]",
        "p < 0.05 y n > 3",
        "pendientes de pago",
        "Se descartaron las solicitudes sin completar.",
        "El formulario a completar tiene 12 campos.",
        "Falta definir quién revisa los rechazos, porque el área todavía no lo asignó.",
        "Monitoreo: falta definir quién recibe la alerta, porque el equipo no existe.",
        "Por definir, hasta que riesgos fije cuánto cuesta cada error.",
        "El costo de cada error quedó por definir con el área de riesgos.",
        "[Todo el código](https://ejemplo.com/un repo)",
        "[Nombre del repositorio](https://ejemplo.com/a_(b))",
        "`ingreso` (sin completar en el 4 % de las solicitudes)",
        "Se descartaron las solicitudes\nsin completar de ese mes.",
        "fechas en formato AAAA-MM-DD",
        "Las fechas (formato `AAAA-MM-DD`) son las de la solicitud.",
    ],
)
def test_word_is_no_blank(text: str) -> None:
    assert list(find(text)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "### Usos fuera de alcance\n\nRechazar solicitudes sin revisión.",
        "### Out-of-Scope Use\n\nRejecting applications without a human.",
        "**Fuera de alcance:** rechazar solicitudes sin revisión.",
        "- **Usos no previstos:** fijar la tasa de interés.",
        "No debe usarse para rechazar solicitudes de manera automática.",
        "El modelo no se debe usar en créditos hipotecarios ni para empresas.",
        "No está pensado para decidir sin una persona.",
        "No usar para fijar precios ni para cobranzas.",
        "Queda fuera de alcance cualquier decisión sin revisión humana.",
        "It must not be used to reject applications automatically.",
        "- Usos fuera de alcance\n  - rechazo automático de solicitudes\n",
        "Usos fuera de alcance:\n\n- rechazo automático de solicitudes\n",
        "**Usos fuera de alcance**\n\nRechazo automático de solicitudes.\n",
        "| Fuera de alcance | Motivo |\n|---|---|\n| rechazo automático | no ve todo |\n",
        "| Uso | Detalle |\n|---|---|\n| Fuera de alcance | rechazo automático de créditos |\n",
        "#### Usos prohibidos\n\nDecidir sin que nadie mire la solicitud.",
        "Evitar usarlo para fijar la tasa de interés.",
        "Su uso en hipotecas no es adecuado porque no hay datos.",
        "Este modelo no es para empresas ni comercios grandes.",
        "No reemplaza el criterio de una persona del banco.",
        "Bajo ningún concepto se debe emplear para despedir empleados.",
        "Está contraindicado para solicitudes de empresas.",
        "Queda excluido su uso en seguros y en selección de personal.",
        "Quedan afuera las hipotecas y los préstamos a empresas.",
        "Abstenerse de usar el modelo con menores de edad.",
        "Se excluye su uso para fijar tasas.",
        "No se usa el modelo para rechazar solicitudes.",
        "No aplique este modelo a empresas ni comercios.",
        "Not for medical or hiring decisions of any kind.",
        "No usar cuando falta el dato de ingreso.",
        "No debe usarse si la edad no está en el rango de los datos.",
        "Los datos son de 1912, así que no debe usarse con pasajeros de hoy.",
        "No usaría este modelo para decidir créditos de hoy.",
        "No recomiendo usarlo para fijar la tasa de interés.",
        "No deberíamos usarlo para rechazar solicitudes.",
        "No lo usaríamos con empresas ni comercios.",
        "No usaría este modelo para:\n\n- créditos a empresas\n- hipotecas\n",
        "### Usos fuera de alcance\n\nNo hay que usarlo para fijar la tasa de interés.",
        "### Usos fuera de alcance\n\nNo hay datos de empresas: no usarlo con empresas.",
        "### Usos fuera de alcance\n\nNo hay garantía de que funcione con menores de edad; no se "
        "debe usar con ellos.",
        "### Usos fuera de alcance\n\nNinguna decisión de crédito real debe tomarse con este "
        "modelo.",
        "### Usos fuera de alcance\n\nNo tiene que usarse para fijar la tasa de interés.",
        "### Usos fuera de alcance\n\nNinguno, salvo créditos a empresas.",
        "### Usos fuera de alcance\n\nNo usarlo con empresas, aunque sirve para todo.",
        "### Usos fuera de alcance\n\nEl modelo no sirve para todo: no usarlo con empresas.",
    ],
)
def test_out_of_scope_is_found_wherever_it_stands(statement: str) -> None:
    card = f"# Card\n\n## Uso previsto\n\nOrdenar la cola de revisión.\n\n{statement}\n"
    assert assess(card).has_out_of_scope


@pytest.mark.parametrize(
    "statement",
    [
        "### Usos fuera de alcance\n",
        "### Usos fuera de alcance\n\n[completar: para qué no se debe usar]",
        "### Usos fuera de alcance\n\nNinguno.",
        "**Fuera de alcance:** no aplica",
        "**Fuera de alcance:**",
        "Los usos fuera de alcance se van a definir más adelante con legales.",
        "No se usó el género para entrenar.",
        "El modelo no ve la edad de los garantes.",
        "```\nNo debe usarse para rechazar solicitudes.\n```",
        "<!-- No debe usarse para rechazar solicitudes automáticamente. -->",
        "La exactitud no es 0,9.",
        "También recibe `genero`, pero no lo usa: está para medir.",
        "Para predecir no se usa el género de la persona.",
        "No se usan las columnas de género y región.",
        "No conviene usar la exactitud como única métrica.",
        "La métrica no debería usarse sola: mirar recall.",
        "No debe haber faltantes al usar el modelo.",
        "No se recomienda un umbral distinto para usar en producción.",
        "El archivo no está pensado para abrirse en Excel.",
        "El equipo no puede tomar más casos por semana.",
        "Quedan afuera las filas sin ingreso declarado.",
        "### Usos fuera de alcance\n\nNo hay usos fuera de alcance.",
        "### Usos fuera de alcance\n\nNo hay ninguno por ahora.",
        "### Usos fuera de alcance\n\nNinguno conocido.",
        "### Usos fuera de alcance\n\nEl modelo sirve para todo.",
        "### Usos fuera de alcance\n\nSirve para cualquier cosa.",
        "### Usos fuera de alcance\n\nEste modelo no tiene usos prohibidos.",
        "### Usos fuera de alcance\n\nNo existen por el momento.",
        "**Fuera de alcance:** no hay ninguno, el modelo sirve para todo.",
        "No hay usos fuera de alcance: el modelo sirve para todo.",
        "Ningún uso queda fuera de alcance del modelo.",
        "No usaría el género para entrenar el modelo.",
        "No recomiendo usar la exactitud como única métrica.",
    ],
)
def test_out_of_scope_without_content_does_not_count(statement: str) -> None:
    card = f"# Card\n\n## Uso previsto\n\nOrdenar la cola de revisión.\n\n{statement}\n"
    assert not assess(card).has_out_of_scope


@pytest.mark.parametrize(
    "metrics",
    [
        "La exactitud en mujeres es 0,81.",
        "| Grupo | Recall |\n|---|---|\n| Mujeres | 0.61 |\n| Varones | 0.70 |\n",
        "| Métrica | Global | A | B |\n|---|---|---|---|\n| F1 | 0.5 | 0.4 | 0.6 |\n",
        "### Por región\n\n- Norte: exactitud 0,80\n- Sur: exactitud 0,70\n",
        "- Recall\n  - edad < 30: 0,40\n  - edad ≥ 30: 0,60\n",
        "| Sexo | AUC |\n|---|---|\n| F | 81 % |\n| M | 85 % |\n",
        "Recall (region = NOA): 0,47",
        "Recall for female applicants is 0.49.",
    ],
)
def test_subgroup_metric_is_a_number_with_two_names(metrics: str) -> None:
    assert assess(f"## Métricas\n\n{metrics}\n").has_subgroup_metric


@pytest.mark.parametrize(
    "metrics",
    [
        "La exactitud es 0,81.",
        "Convendría medir por subgrupo.",
        "Hay 586 mujeres y 914 varones.",
        "| Grupo | Casos |\n|---|---|\n| Mujeres | 586 |\n",
        "| Métrica | Valor |\n|---|---|\n| Exactitud | 0.8 |\n",
        "| Modelo | Exactitud |\n|---|---|\n| Logística | 0.8 |\n| Bosque | 0.9 |\n",
        "| Conjunto | Exactitud |\n|---|---|\n| Entrenamiento | 0.9 |\n| Evaluación | 0.8 |\n",
        "| | precision | recall |\n|---|---|---|\n| 0 | 0.9 | 0.8 |\n| 1 | 0.7 | 0.6 |\n",
        "| Grupo | Recall |\n|---|---|\n| Mujeres | ver notebook |\n",
        "La brecha de recall entre mujeres y varones es 0,2.",
        "Alerta si el recall de las mujeres baja de 0,4.",
        "En entrenamiento, el recall de las mujeres fue 0,95.",
        "Las mujeres son el 39 % de la muestra.",
        "PSI de edad en mujeres: 0,31",
    ],
)
def test_less_than_that_is_no_subgroup_metric(metrics: str) -> None:
    assert not assess(f"## Métricas\n\n{metrics}\n").has_subgroup_metric


def test_folding_keeps_positions() -> None:
    text = "Ñandú ÁÉÍ İstanbul ß ﬁ 🧪 métrica"
    assert len(fold(text)) == len(text)
    assert fold("MÉTRICA ñ") == "metrica n"


def test_lines_are_those_of_the_file() -> None:
    card = "---\na: 1\n---\n\n# T\n\nuno\ndos\n\n- x\n  - y\n\n| a |\n|---|\n| b |\n\n<p>z</p>\n"
    lines = {block.text: block.line for block in read(card).blocks}
    assert lines == {"T": 5, "uno\ndos": 7, "x": 10, "y": 11, "a b": 13, "z": 17}

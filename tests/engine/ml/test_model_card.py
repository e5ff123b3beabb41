"""The assessment of whole cards: the corpus, files that are not quite cards, the command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from cards.portfolio import DECLARED, GROUPS, OTHER, TRUTH, evaluation
from typer.testing import CliRunner

from autograder import UserError
from autograder.cli import USAGE, app
from autograder.messages import using
from autograder.ml.model_card import (
    SECTIONS,
    Assessment,
    Declared,
    Groups,
    Kind,
    Truth,
    assess,
    read_aliases,
    render,
    section_title,
    summarize,
    to_json,
)

CARDS = Path(__file__).parent / "cards"
INDEX = yaml.safe_load((CARDS / "index.yaml").read_text(encoding="utf-8"))
COMPLETE = [name for name in INDEX if INDEX[name]["complete"]]
PLAIN = (CARDS / "completa-plantilla.md").read_text("utf-8")


def whole(card: str | bytes, truth: Truth = TRUTH) -> Assessment:
    return assess(card, truth.groups, truth, DECLARED)


def counted(found: Assessment) -> list[str]:
    """The findings that count, as the index writes them."""
    written = []
    for finding in found.findings:
        if not finding.is_remark:
            names_section = finding.kind is Kind.SECTION or (
                finding.kind is Kind.FIELD and finding.line is None
            )
            section = f" {finding.section}" if names_section else ""
            written.append(f"{finding.line or '-'} {finding.kind}{section}")
    return sorted(written)


@pytest.mark.parametrize("name", INDEX)
def test_a_card_of_the_corpus_gets_its_decision_and_its_findings(name: str) -> None:
    found = whole((CARDS / f"{name}.md").read_bytes())
    assert counted(found) == sorted(INDEX[name].get("findings", []))
    assert found.complete is INDEX[name]["complete"]


def test_the_corpus_is_indexed_whole() -> None:
    assert {path.stem for path in CARDS.glob("*.md")} == set(INDEX)
    assert len(INDEX) >= 60
    assert len(COMPLETE) >= 30


@pytest.mark.parametrize("name", COMPLETE)
def test_a_complete_card_is_not_true_of_another_model(name: str) -> None:
    found = whole((CARDS / f"{name}.md").read_bytes(), OTHER)
    assert found.of(Kind.CELL_FALSE)
    assert not found.complete


@pytest.mark.parametrize("name", INDEX)
def test_without_a_truth_no_cell_is_false(name: str) -> None:
    """Whatever else is said is what is said with it: two checks do not contradict each other."""
    raw = (CARDS / f"{name}.md").read_bytes()
    alone, judged = assess(raw, TRUTH.groups, declared=DECLARED), whole(raw)
    assert alone.of(Kind.CELL_FALSE) == ()
    others = [kind for kind in Kind if kind is not Kind.CELL_FALSE]
    assert alone.of(*others) == judged.of(*others)
    assert Groups.read(GROUPS).find("mujeres") == TRUTH.groups.find("mujeres")


def test_declared_facts_that_are_not_known_are_not_checked() -> None:
    text = PLAIN.replace("LogisticRegression", "RandomForestClassifier").replace("3500", "99")
    assert whole(text).of(Kind.FIELD)
    assert assess(text, TRUTH.groups, TRUTH).complete
    assert not assess(text, TRUTH.groups, TRUTH, Declared(training_rows=98)).complete


def test_a_false_cell_is_named_by_its_group_and_metric_and_its_value_is_not_given() -> None:
    text = (CARDS / "falsa-grupo.md").read_text("utf-8")
    [finding] = whole(text).of(Kind.CELL_FALSE)
    assert finding.message == (
        "Recall de `genero = F`: la card dice 0.655 y con tu modelo y los datos de evaluación da "
        "otra cosa."
    )
    value = TRUTH.values("recall", TRUTH.masks(TRUTH.groups.find("F"))[0])[0]  # type: ignore[arg-type]
    for decimals in (2, 3, 4):
        assert f"{value:.{decimals}f}" not in finding.message + finding.hint


def test_a_missing_section_is_told_with_the_headings_that_are_none() -> None:
    text = PLAIN.replace("## 6. Consideraciones éticas", "## 6. Otras yerbas")
    [finding] = whole(text).of(Kind.SECTION)
    assert "Consideraciones éticas" in finding.message
    assert "Otras yerbas" in finding.hint


def test_figures_in_prose_that_no_table_has_are_remarks() -> None:
    found = whole((CARDS / "completa-prosa-larga.md").read_bytes())
    assert [remark.number for remark in found.remarks][:2] == ["0,35", "0,71"]
    assert all(remark.line and remark.number in remark.text for remark in found.remarks)
    assert found.complete


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (b"", "vacío"),
        (b" \n\n", "vacío"),
        (b"\x89PNG\0\1", "no es texto"),
        (b"a" * 70_000, "larga"),
    ],
)
def test_what_is_no_card_is_told_as_such(card: bytes, said: str) -> None:
    [finding] = whole(card).findings
    assert finding.kind is Kind.UNREADABLE
    assert said in finding.message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_other_encodings_are_read(encoding: str) -> None:
    ascii_only = PLAIN.replace("≥", ">=").replace("—", "-")
    found = whole(ascii_only.encode(encoding))
    assert found.complete
    assert bool(found.of(Kind.FORMAT)) is (encoding != "utf-8-sig")


def test_an_untouched_template_is_all_blanks() -> None:
    text = "# Model card: [completar: nombre]\n" + "".join(
        f"\n## {section_title(key)}\n\n> La guía.\n\n- **Dato:** [completar: algo]\n"
        for key in SECTIONS
    )
    found = whole(text)
    assert len(found.of(Kind.BLANK)) == 8
    assert found.of(Kind.OUT_OF_SCOPE, Kind.EVIDENCE_MISSING, Kind.FIELD)


def test_several_findings_are_summarized() -> None:
    message, hint = summarize(
        whole((CARDS / "galimatias-en-campos.md").read_bytes()).of(Kind.FIELD)
    )
    assert message == "Línea 6 de la card: «hjkl» no responde a «Fecha». (y 2 cosas más)"
    assert "- **Fecha:** 2026-11-27" in hint


def test_render_names_path_and_line() -> None:
    said = render(whole((CARDS / "falsa-grupo.md").read_bytes()), "MODEL_CARD.md")
    assert "MODEL_CARD.md:42: ✗ Recall de `genero = F`" in said
    assert said.endswith("MODEL_CARD.md: incompleta.")
    assert render(whole(PLAIN), "c.md").endswith("c.md: completa.")


def test_a_hint_that_findings_share_is_printed_once() -> None:
    found = whole("## Uso previsto\n\n- Uno: pendiente\n- Dos: pendiente\n- Tres: TBD\n")
    [hint] = {finding.hint for finding in found.of(Kind.BLANK)}
    assert len(found.of(Kind.BLANK)) == 3
    assert render(found, "c.md").count(hint) == 1
    assert [finding["hint"] for finding in to_json(found)["findings"]].count(hint) == 3


def test_json_is_plain_data() -> None:
    found = json.loads(
        json.dumps(to_json(whole((CARDS / "falsa-nan.md").read_bytes())), allow_nan=False)
    )
    assert found["complete"] is False
    [false] = [cell for cell in found["evidence"] if cell["is_true"] is False]
    assert (false["group"], false["key"], false["value"]) == ("genero = F", "precision", "nan")
    assert {finding["kind"] for finding in found["findings"]} == {"cell-false"}


def test_titles_are_said_in_the_language_in_use() -> None:
    assert section_title("metrics") == "Métricas"
    with using("en"):
        assert [section_title(key) for key in SECTIONS] == list(SECTIONS.values())


# --- the command ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evidence() -> str:
    """What the model said, as the notebook writes it."""
    label, score, frame = evaluation()
    labels = {"y_true": label, "y_pred": (score >= 0.5).astype(int), "y_score": score}
    return frame.assign(id=range(len(frame)), **labels).to_csv(index=False)


@pytest.fixture
def folder(tmp_path: Path, evidence: str) -> Path:
    """A student's folder: card, names of the groups, what the model said."""
    (tmp_path / "MODEL_CARD.md").write_text(PLAIN, "utf-8")
    shutil.copy(GROUPS, tmp_path / "grupos.toml")
    (tmp_path / "evidencia.csv").write_text(evidence, "utf-8")
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str]:
    """The exit status, and what is printed; an error of ours is what `main` prints of it."""
    done = CliRunner().invoke(app, ["card", *map(str, arguments)])
    if isinstance(done.exception, UserError):
        return USAGE, str(done.exception)
    return done.exit_code, done.output


def test_the_command_says_what_the_grader_says(folder: Path) -> None:
    code, output = run(folder / "MODEL_CARD.md")
    assert code == 0
    assert "completa." in output
    assert "al corregir la entrega" in output
    (folder / "MODEL_CARD.md").write_bytes((CARDS / "falsa-grupo.md").read_bytes())
    code, output = run(folder / "MODEL_CARD.md")
    assert code == 1
    assert "Recall de `genero = F`: la card dice 0.655" in output


@pytest.mark.parametrize("name", INDEX)
def test_the_command_decides_as_the_grader_where_no_model_is_needed(
    folder: Path, name: str
) -> None:
    found = assess(
        (CARDS / f"{name}.md").read_bytes(), TRUTH.groups, TRUTH, Declared(evaluation_rows=1_500)
    )
    (folder / "MODEL_CARD.md").write_bytes((CARDS / f"{name}.md").read_bytes())
    code, output = run(folder / "MODEL_CARD.md", "--json", "--language", "es")
    assert code == (0 if found.complete else 1)
    assert json.loads(output)["findings"] == json.loads(json.dumps(to_json(found)))["findings"]


def test_the_rows_of_evaluation_are_those_of_the_evidence(folder: Path) -> None:
    (folder / "MODEL_CARD.md").write_text(PLAIN.replace("1500\n", "1501\n"), "utf-8")
    code, output = run(folder / "MODEL_CARD.md")
    assert code == 1
    assert "1501" in output


def test_without_evidence_the_figures_are_not_checked_and_it_says_so(folder: Path) -> None:
    (folder / "evidencia.csv").unlink()
    (folder / "MODEL_CARD.md").write_bytes((CARDS / "falsa-grupo.md").read_bytes())
    code, output = run(folder / "MODEL_CARD.md")
    assert code == 0
    assert "no hay ningún evidencia.csv" in output


def test_without_the_names_the_evidences_columns_do(folder: Path) -> None:
    (folder / "grupos.toml").unlink()
    code, _ = run(folder / "MODEL_CARD.md")
    assert code == 0


def test_with_neither_the_rest_is_assessed_and_it_is_not_complete(folder: Path) -> None:
    (folder / "grupos.toml").unlink()
    (folder / "evidencia.csv").unlink()
    code, output = run(folder / "MODEL_CARD.md")
    assert code == 1
    assert "no se pudo leer" in output
    assert "evidencia.csv" in output


def test_the_evidence_may_stand_elsewhere(folder: Path) -> None:
    moved = folder / "otra" / "tabla.csv"
    moved.parent.mkdir()
    (folder / "evidencia.csv").rename(moved)
    code, output = run(folder / "MODEL_CARD.md", "--evidence", moved)
    assert (code, "no se controlaron" in output) == (0, False)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("evidencia.csv", "a,b\n1,2\n", "y_true"),
        ("evidencia.csv", "", "evidencia.csv"),
        ("grupos.toml", "[genero", "grupos.toml"),
        ("grupos.toml", "genero = 3", "object"),
        ("grupos.toml", "[genero]\nnames = 3", "array"),
    ],
)
def test_a_broken_companion_is_named(folder: Path, name: str, content: str, said: str) -> None:
    (folder / name).write_text(content, "utf-8")
    code, output = run(folder / "MODEL_CARD.md")
    assert code == USAGE
    assert said in output


def test_a_card_that_is_not_there_is_told(tmp_path: Path) -> None:
    code, output = run(tmp_path / "MODEL_CARD.md")
    assert code == USAGE
    assert "MODEL_CARD.md" in output


def test_the_command_speaks_the_cards_language(folder: Path) -> None:
    (folder / "MODEL_CARD.md").write_bytes((CARDS / "complete-english.md").read_bytes())
    assert "complete." in run(folder / "MODEL_CARD.md")[1]
    assert "completa." in run(folder / "MODEL_CARD.md", "--language", "es")[1]
    code, output = run(folder / "MODEL_CARD.md", "--language", "xx")
    assert code == USAGE
    assert "xx" in output


def test_scores_may_be_absent_or_empty(folder: Path) -> None:
    path = folder / "evidencia.csv"
    header, *lines = path.read_text("utf-8").splitlines()
    at = header.split(",").index("y_score")
    emptied = [
        ",".join("" if column == at else cell for column, cell in enumerate(line.split(",")))
        for line in lines
    ]
    path.write_text("\n".join([header, *emptied]), "utf-8")
    truth = Truth.read(path, read_aliases(GROUPS))
    assert truth.score is None
    assert [factor.column for factor in truth.groups.factors] == [
        "genero",
        "region",
        "canal",
        "edad",
    ]
    assert run(folder / "MODEL_CARD.md")[0] == 0

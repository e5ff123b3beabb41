"""The assessment of whole cards: the corpus, the template, files that are not quite cards."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from cards.portfolio import OTHER, TRUTH

from autograder.ml.model_card import (
    SECTIONS,
    Assessment,
    CardError,
    assess,
    assess_file,
    render,
    to_json,
)
from autograder.ml.model_card.content import TEMPLATE
from autograder.ml.model_card.parse import MAX_CHARACTERS

CARDS = Path(__file__).parent / "cards"
INDEX = yaml.safe_load((CARDS / "index.yaml").read_text(encoding="utf-8"))
COMPLETE = (CARDS / "completa-tabla.md").read_bytes()


def _told(assessment: Assessment) -> list[str]:
    """Errors and warnings as the index writes them."""
    return [
        f"{finding.line} {finding.code} {finding.section}".rstrip()
        for finding in assessment.findings
        if finding.severity != "info"
    ]


def _codes(assessment: Assessment, severity: str = "error") -> set[str]:
    return {f.code for f in assessment.findings if f.severity == severity}


@pytest.mark.parametrize("name", INDEX)
def test_corpus_card_gives_exactly_its_findings(name: str) -> None:
    expected = INDEX[name]
    found = assess((CARDS / f"{name}.md").read_bytes(), TRUTH)
    assert _told(found) == expected["findings"]
    assert found.complete is expected["complete"]
    assert [key for key, real in found.sections.items() if not real] == expected["not_real"]
    verdicts = [number.verdict for number in found.numbers]
    counts = [verdicts.count(verdict) for verdict in ("true", "false", "unmatched")]
    assert counts == expected["figures"]


def test_corpus_is_indexed_whole() -> None:
    assert {path.stem for path in CARDS.glob("*.md")} == set(INDEX)
    assert len(INDEX) >= 25


@pytest.mark.parametrize("name", [name for name in INDEX if INDEX[name]["complete"]])
def test_complete_card_with_another_models_truth_is_not_complete(name: str) -> None:
    found = assess((CARDS / f"{name}.md").read_bytes(), OTHER)
    assert not found.complete
    assert "number-mismatch" in _codes(found)


@pytest.mark.parametrize("name", INDEX)
def test_without_a_truth_no_figure_is_judged(name: str) -> None:
    found = assess((CARDS / f"{name}.md").read_bytes())
    assert {number.verdict for number in found.numbers} <= {"unmatched"}
    judged = {"number-mismatch", "number-unverifiable", "nothing-verified"}
    assert not judged & {finding.code for finding in found.findings}
    if INDEX[name]["complete"]:
        assert found.complete


def test_untouched_template_fails_every_section() -> None:
    found = assess_file(TEMPLATE)
    assert not any(found.sections.values())
    assert len(found.sections) == 7
    assert not found.complete
    assert not found.has_out_of_scope
    assert not found.has_subgroup_metric
    assert "missing-section" not in _codes(found)


def test_template_without_its_blanks_is_still_nobodys_text() -> None:
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    guidance = [line.lstrip("> ") if line.startswith(">") else line for line in lines]
    kept = "\n".join(line for line in guidance if "[completar" not in line)
    found = assess(kept)
    assert not any(found.sections.values())
    assert not found.has_out_of_scope


def test_template_guidance_may_stay_in_a_filled_card() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    guidance = template[template.index("> **Qué va acá.**") : template.index("- **Quién lo hizo")]
    card = COMPLETE.decode().replace("- **Quién lo hizo", guidance + "- **Quién lo hizo")
    assert card != COMPLETE.decode()
    assert assess(card, TRUTH).complete


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="bom"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="cr"),
        pytest.param(lambda text: text.encode("latin-1"), id="latin-1"),
        pytest.param(lambda text: text.encode("utf-16"), id="utf-16"),
        pytest.param(lambda text: text.replace("é", "e\u0301").encode(), id="decomposed"),
        pytest.param(lambda text: ("\ufeff" + text.replace("\n", "\r\n")).encode(), id="windows"),
    ],
)
def test_how_the_file_is_saved_does_not_matter(encode) -> None:
    found = assess(encode(COMPLETE.decode()), TRUTH)
    assert found.complete
    assert _told(found) in ([], ["1 encoding"])
    assert [n.line for n in found.numbers] == [n.line for n in assess(COMPLETE, TRUTH).numbers]


def test_latin1_is_read_and_reported() -> None:
    assert _codes(assess(COMPLETE.decode().encode("latin-1")), "warning") == {"encoding"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty-card"),
        (b" \n\n\t\n", "empty-card"),
        ("", "empty-card"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not-text"),
        (b"PK\x03\x04\x14\x00\x06\x00", "not-text"),
        (bytes(range(1, 32)) * 40 + b"\xff", "not-text"),
        (b"a" * 5_000_000, "too-large"),
        ("á" * (MAX_CHARACTERS + 1), "too-large"),
        ("\n" * 10_000, "too-large"),
    ],
)
def test_what_is_no_card_is_named(raw: str | bytes, code: str) -> None:
    found = assess(raw)
    assert [finding.code for finding in found.findings] == [code]
    assert not found.complete
    assert list(found.sections) == list(SECTIONS)
    assert not any(found.sections.values())


def test_card_with_thousands_of_figures_is_not_judged_by_the_first_ones() -> None:
    many = "recall 0.611, " * 1_001
    found = assess(COMPLETE.decode().replace("## 6.", f"{many}\n\n## 6."), TRUTH)
    assert "too-many-figures" in _codes(found)
    assert not found.complete


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04\x14\x00\x06\x00", b"a" * 5_000_000])
def test_unread_card_and_missing_section_have_no_line_to_go_to(raw: bytes) -> None:
    assert [finding.where for finding in assess(raw).findings] == [""]
    found = assess("## Métricas\n\nTODO\n").findings
    wheres = {finding.code: finding.where for finding in found}
    assert wheres["missing-section"] == ""
    assert wheres["placeholder"] == "Línea 3 de la card: "


@pytest.mark.parametrize(
    ("row", "words", "hint"),
    [
        ("Global | 1", "Dice 1 como cantidad de casos en el total", "ninguna de las de"),
        ("Mujeres | 1", "Dice 1 como cantidad de casos en «", "de ese grupo"),
    ],
)
def test_false_count_is_told_of_its_rows(row: str, words: str, hint: str) -> None:
    found = assess(f"## Métricas\n\n| Grupo | Casos |\n|---|---|\n| {row} |\n", TRUTH)
    [told] = [each for each in found.findings if each.code == "number-mismatch"]
    assert words in told.message
    assert hint in told.hint


def test_every_blank_of_the_template_is_found() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    blanks = re.findall(r"^(?!>).*\[completar.*", template, re.MULTILINE)
    told = [each for each in assess(template).findings if each.code == "placeholder"]
    lines = [n for n, line in enumerate(template.splitlines(), 1) if line in blanks]
    assert {finding.line for finding in told} == set(lines)


def test_file_errors_name_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "MODEL_CARD.md"
    folder.mkdir()
    missing = tmp_path / "otra.md"
    for path in (folder, missing):
        with pytest.raises(CardError) as raised:
            assess_file(path)
        assert str(path) in raised.value.message


def test_file_of_five_megabytes_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "MODEL_CARD.md"
    path.write_bytes(b"# Model card\n" * 400_000)
    assert [finding.code for finding in assess_file(path).findings] == ["too-large"]


def test_render_has_one_line_per_finding_and_a_verdict() -> None:
    found = assess((CARDS / "otro-modelo.md").read_bytes(), TRUTH)
    lines = render(found, "MODEL_CARD.md").splitlines()
    assert len(lines) == len(found.findings) + 1
    assert lines[0].startswith("MODEL_CARD.md:23: ✗ Dice 0.719 de exactitud para el total")
    assert lines[-1] == "MODEL_CARD.md: incompleta: 7 de 7 secciones, 6 cosas por resolver."


def test_render_of_a_complete_card_is_its_verdict() -> None:
    text = render(assess(COMPLETE, TRUTH), "card.md")
    assert text == "card.md: completa (7 de 7 secciones)."


def test_no_message_prints_the_recomputed_figure() -> None:
    found = assess((CARDS / "otro-modelo.md").read_bytes(), TRUTH)
    told = " ".join(f.message + f.hint for f in found.findings)
    wrong = [number for number in found.numbers if number.verdict == "false"]
    assert wrong
    for number in wrong:
        for digits in (2, 3, 4):
            assert f"{number.recomputed:.{digits}f}" not in told


def test_student_text_in_messages_is_printable_and_short() -> None:
    found = assess("## Métricas\n\n[completar \x1b[31mrojo\x07 " + "a" * 250 + "]\n")
    told = render(found, "card.md")
    assert "\x1b" not in told
    assert "\x07" not in told
    assert "a" * 80 not in told


def test_json_is_plain_data() -> None:
    found = assess((CARDS / "una-cifra-vieja.md").read_bytes(), TRUTH)
    data = json.loads(json.dumps(to_json(found)))
    assert data["complete"] is False
    assert list(data["sections"]) == list(SECTIONS)
    assert data["numbers"][-1]["verdict"] == "true"
    assert {"code", "section", "line", "message", "hint", "severity"} == set(data["findings"][0])


def test_every_finding_of_the_corpus_says_what_and_what_next() -> None:
    for name in INDEX:
        for finding in assess((CARDS / f"{name}.md").read_bytes(), TRUTH).findings:
            assert finding.message[0].isupper() or finding.message[0] in "«0123456789~"
            assert finding.message.endswith((".", "»."))
            assert finding.hint.endswith((".", ")."))
            assert finding.line >= 1
            assert finding.section in ("", *SECTIONS)


def test_findings_are_bounded() -> None:
    found = assess("## Métricas\n\n" + "TODO\n\n" * 1_500)
    assert len(found.findings) <= 200
    assert not found.complete

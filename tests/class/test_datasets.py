"""The data sets are what their datasheet says: reproducible, drifted where told, learnable."""

import csv
import hashlib
import importlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from the_course import ROOT

DATASETS = ROOT / "datasets"
sys.path.insert(0, str(DATASETS))
generate = importlib.import_module("generate")
datasheet = importlib.import_module("datasheet")

PORTFOLIO = [
    "edad",
    "monto",
    "ingreso",
    "antiguedad_laboral",
    "cuotas",
    "canal",
    "region",
    "genero",
    "mora",
]
FEATURES = PORTFOLIO[:-1]
NUMBERS = ["edad", "monto", "ingreso", "antiguedad_laboral", "cuotas"]
CATEGORIES = ["canal", "region", "genero"]


def read(name: str, **options) -> pd.DataFrame:
    return pd.read_csv(DATASETS / name, **options)


@pytest.fixture(scope="module")
def snapshot1() -> pd.DataFrame:
    return read("snapshot1.csv")


@pytest.fixture(scope="module")
def snapshot2() -> pd.DataFrame:
    return read("snapshot2.csv")


@pytest.fixture(scope="module")
def meses() -> pd.DataFrame:
    return read("meses.csv", parse_dates=["fecha_solicitud", "fecha_etiqueta"])


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return generate.generated()


def psi(reference: pd.Series, production: pd.Series, closed: str) -> float:
    """The definition of the course, written apart from the generator's: deciles by ``pd.cut``."""
    if reference.dtype.kind in "if" and reference.nunique() > 10:
        inner = np.unique(reference.quantile(np.linspace(0.1, 0.9, 9)))
        edges = [-np.inf, *inner, np.inf]
        reference, production = (
            pd.cut(sample, edges, right=closed == "right", labels=False)
            for sample in (reference, production)
        )
    total = 0.0
    for level in set(reference.dropna()) | set(production.dropna()):
        total += term((reference == level).mean(), (production == level).mean())
    return total + term(reference.isna().mean(), production.isna().mean())


def term(p: float, q: float) -> float:
    p, q = max(p, 1e-4), max(q, 1e-4)
    return (q - p) * np.log(q / p)


def model(classifier) -> Pipeline:
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    columns = make_column_transformer((numbers, NUMBERS), (OneHotEncoder(), CATEGORIES))
    return make_pipeline(columns, classifier)


CLASSIFIERS = {
    "logistic regression": LogisticRegression(max_iter=500),
    "small forest": RandomForestClassifier(60, min_samples_leaf=5, random_state=0),
}
each_classifier = pytest.mark.parametrize("name", CLASSIFIERS)


# --- the files -----------------------------------------------------------------------------------


def test_committed_files_are_what_the_generator_writes(tmp_path, files):
    generate.write(files, tmp_path)
    assert sorted(files) == ["README.md", "meses.csv", "snapshot1.csv", "snapshot2.csv"]
    for name in files:
        assert (tmp_path / name).read_bytes() == (DATASETS / name).read_bytes(), name


def test_check_passes_on_the_committed_files():
    assert generate.main(["--check"]) == 0


def test_check_names_only_the_stale_file(tmp_path, files, capsys):
    generate.write(files, tmp_path)
    (tmp_path / "meses.csv").write_bytes(files["meses.csv"].replace(b"AMBA", b"CABA", 1))
    assert generate.check(files, tmp_path) == 1
    printed = capsys.readouterr().err
    assert "meses.csv is stale" in printed
    assert "snapshot" not in printed


def test_check_reports_a_missing_file(tmp_path, files, capsys):
    assert generate.check({"snapshot1.csv": files["snapshot1.csv"]}, tmp_path) == 1
    assert "snapshot1.csv is stale" in capsys.readouterr().err


def test_files_have_unix_line_ends_and_no_decimals_in_pesos():
    for path in DATASETS.glob("*.csv"):
        assert b"\r" not in path.read_bytes(), path.name
    text = read("snapshot1.csv", dtype=str)
    assert text["ingreso"].dropna().str.fullmatch(r"\d+000").all()
    assert text["monto"].str.fullmatch(r"\d+000").all()


def test_a_snapshot_is_the_same_draw_as_cartera(snapshot1):
    rng = np.random.Generator(np.random.PCG64([59, 1, 1]))
    pd.testing.assert_frame_equal(generate.cartera(1, 5_000, rng), snapshot1)


# --- the generator as a library ------------------------------------------------------------------


def test_cartera_draws_fresh_rows_for_each_seed():
    first, again, other = (generate.cartera(6, 500, np.random.default_rng(s)) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


@pytest.mark.parametrize("draw", [generate.cartera, generate.cartera_meses])
@pytest.mark.parametrize(("mes", "n"), [(0, 10), (7, 10), (1, 0)])
def test_a_month_or_size_out_of_range_is_refused(draw, mes, n):
    with pytest.raises(ValueError, match=r"mes must be|n must be"):
        draw(mes, n, np.random.default_rng(0))


@pytest.mark.parametrize("mes", range(1, 7))
def test_cartera_drifts_a_little_more_each_month(mes, snapshot1):
    fresh = generate.cartera(mes, 5_000, np.random.default_rng(mes))
    expected = ((mes - 1) / 5) ** 2 * 0.42  # normals: PSI grows with the square of the shift
    assert psi(snapshot1["monto"], fresh["monto"], "right") == pytest.approx(expected, abs=0.06)


# --- composition ---------------------------------------------------------------------------------


def test_columns_and_sizes(snapshot1, snapshot2, meses):
    assert list(snapshot1) == list(snapshot2) == PORTFOLIO
    assert snapshot1.shape == snapshot2.shape == (5_000, 9)
    assert list(meses) == ["mes", "fecha_solicitud", *PORTFOLIO, "fecha_etiqueta"]
    assert meses["mes"].value_counts().to_dict() == dict.fromkeys(range(1, 7), 2_000)


def test_values_are_plausible(snapshot1, snapshot2, meses):
    for frame in (snapshot1, snapshot2, meses):
        assert frame["edad"].between(18, 80).all()
        assert (frame[["monto", "ingreso"]].min() > 50_000).all()
        assert not (frame["antiguedad_laboral"] > frame["edad"] - 18).any()
        assert set(frame["cuotas"]) == {3, 6, 12, 18, 24, 36}
        assert set(frame["genero"]) == {"F", "M", "X"}
        assert set(frame["mora"]) == {0, 1}


def test_features_are_related_as_the_datasheet_says(snapshot1):
    ranks = snapshot1[NUMBERS].rank().corr()
    assert ranks.loc["edad", "antiguedad_laboral"] > 0.35
    assert ranks.loc["monto", "ingreso"] > 0.3
    assert ranks.loc["monto", "cuotas"] > 0.3
    age = snapshot1.groupby("canal")["edad"].mean()
    assert age["app"] < age["sucursal"] - 3
    income = snapshot1.groupby("genero")["ingreso"].median()
    assert income["F"] < 0.95 * income["M"]


def test_rows_are_in_random_order(snapshot1, snapshot2):
    for frame in (snapshot1, snapshot2):
        head, tail = frame[:2_500], frame[2_500:]
        assert max(psi(head[c], tail[c], "right") for c in PORTFOLIO) < 0.02


def test_missing_values_are_two_columns_at_a_steady_rate(snapshot1, snapshot2, meses):
    for frame in (snapshot1, snapshot2, *(m for _, m in meses.groupby("mes"))):
        rates = frame[PORTFOLIO].isna().mean()
        assert list(rates[rates > 0].index) == ["ingreso", "antiguedad_laboral"]
        assert rates["ingreso"] == pytest.approx(0.04, abs=0.012)
        assert rates["antiguedad_laboral"] == pytest.approx(0.06, abs=0.015)


def test_missing_values_depend_in_part_on_what_is_seen(snapshot1, snapshot2):
    for frame in (snapshot1, snapshot2):
        informal, small = frame["region"].isin(["NOA", "NEA"]), frame["cuotas"] <= 6
        income, seniority = frame["ingreso"].isna(), frame["antiguedad_laboral"].isna()
        assert income[informal].mean() > 2 * income[~informal].mean() > 0
        assert seniority[small].mean() > 2 * seniority[~small].mean() > 0


# --- history A: the two snapshots ----------------------------------------------------------------

BOUNDS = {
    "edad": (0.30, 0.60),
    "monto": (0.30, 0.60),
    "canal": (0.30, 0.50),
    "ingreso": (0.12, 0.22),
    "antiguedad_laboral": (0, 0.02),
    "cuotas": (0, 0.02),
    "region": (0, 0.02),
    "genero": (0, 0.02),
}


@pytest.mark.parametrize("closed", ["left", "right"])
@pytest.mark.parametrize("dtype", [None, float])
@pytest.mark.parametrize("feature", FEATURES)
def test_injected_drift_reads_the_same_whichever_end_is_closed(
    feature, dtype, closed, snapshot1, snapshot2
):
    reference, production = snapshot1[feature], snapshot2[feature]
    if dtype and feature in NUMBERS:
        reference, production = reference.astype(dtype), production.astype(dtype)
    low, high = BOUNDS[feature]
    assert low <= psi(reference, production, closed) <= high


def test_the_datasheet_prints_the_psi_and_reading_of_each_feature(snapshot1, snapshot2):
    rows = table("deriva")
    assert [row["feature"].strip("`") for row in rows[:3]] == ["monto", "edad", "canal"]
    for row in rows:
        feature = row["feature"].strip("`")
        value = psi(snapshot1[feature], snapshot2[feature], "right")
        assert float(row["PSI"]) == pytest.approx(value, abs=6e-4)
        expected = "significativo" if value > 0.25 else "leve" if value >= 0.1 else "estable"
        assert row["lectura"] == expected
        assert (row["qué se inyectó"] == "nada") == (value < 0.02)
    assert {row["feature"].strip("`") for row in rows} == set(FEATURES)


def test_the_relation_holds_between_the_snapshots(snapshot1, snapshot2):
    """Trained on month 1, a model ranks month 6 about as well: only the population moved."""
    fitted = model(LogisticRegression(max_iter=500)).fit(snapshot1[FEATURES], snapshot1["mora"])
    auc = roc_auc_score(snapshot2["mora"], fitted.predict_proba(snapshot2[FEATURES])[:, 1])
    assert auc > 0.79


# --- a model can be learned, and is worse for some -----------------------------------------------


@each_classifier
def test_a_simple_model_clearly_beats_the_majority_class(name, snapshot1):
    train, test = snapshot1[:3_500], snapshot1[3_500:]
    fitted = model(CLASSIFIERS[name]).fit(train[FEATURES], train["mora"])
    majority = 1 - test["mora"].mean()
    assert 0.72 <= majority <= 0.78
    assert fitted.score(test[FEATURES], test["mora"]) >= majority + 0.04
    assert roc_auc_score(test["mora"], fitted.predict_proba(test[FEATURES])[:, 1]) >= 0.78


@each_classifier
def test_subgroups_differ_visibly(name, snapshot1):
    train, test = snapshot1[:3_500], snapshot1[3_500:]
    fitted = model(CLASSIFIERS[name]).fit(train[FEATURES], train["mora"])
    hit = fitted.predict(test[FEATURES]) == test["mora"]
    noisy, young = test["region"].isin(["NOA", "NEA"]), test["edad"] < 27
    assert hit[noisy].mean() < hit[~noisy].mean() - 0.03
    assert hit[young].mean() < hit[~young].mean() - 0.06
    flagged = pd.Series(fitted.predict(test[FEATURES]), index=test.index)
    rate = flagged.groupby(test["genero"]).mean()
    assert rate["F"] > rate["M"] + 0.03


def test_the_best_rule_misses_most_defaults_in_the_noisy_regions(snapshot1):
    complete = snapshot1.dropna()
    flagged = generate.month_one_rule(complete)
    noisy = complete["region"].isin(["NOA", "NEA"])
    recall = [recall_score(complete["mora"][m], flagged[m]) for m in (noisy, ~noisy)]
    assert recall[0] < 0.3 < 0.55 < recall[1]


# --- history B: the months -----------------------------------------------------------------------


def test_each_request_falls_in_its_month_and_its_label_comes_later(meses):
    assert (meses["fecha_solicitud"].dt.month == meses["mes"]).all()
    assert meses["fecha_solicitud"].is_monotonic_increasing
    delay = (meses["fecha_etiqueta"] - meses["fecha_solicitud"]).dt.days
    assert (delay.min(), delay.max()) == (30, 90)
    assert delay[meses["mora"] == 1].mean() == pytest.approx(delay.mean(), abs=1.5)


@pytest.mark.parametrize("closed", ["left", "right"])
def test_only_month_three_has_covariate_drift(closed, meses):
    reference = meses[meses["mes"] == 1]
    for month in range(2, 7):
        rows = meses[meses["mes"] == month]
        measured = {c: psi(reference[c], rows[c], closed) for c in FEATURES}
        drifted = {c for c, value in measured.items() if value > 0.05}
        assert drifted == ({"edad", "monto", "ingreso", "canal"} if month == 3 else set()), month
        if month == 3:
            assert min(measured[c] for c in ("edad", "monto", "canal")) > 0.3


@each_classifier
def test_a_model_of_month_one_holds_until_the_relation_changes(name, meses):
    train, held_out = meses[meses["mes"] == 1][:1_400], meses[meses["mes"] == 1][1_400:]
    fitted = model(CLASSIFIERS[name]).fit(train[FEATURES], train["mora"])
    base = fitted.score(held_out[FEATURES], held_out["mora"])
    scores = {m: fitted.score(rows[FEATURES], rows["mora"]) for m, rows in meses.groupby("mes")}
    assert scores[2] == pytest.approx(base, abs=0.04)
    assert scores[3] == pytest.approx(base, abs=0.03)
    assert max(scores[4], scores[5], scores[6]) < base - 0.10


def test_retraining_recovers_only_without_the_months_before_the_change(meses):
    last = meses[meses["mes"] == 6]
    score = {}
    for start in (1, 4):
        recent = meses[meses["mes"].between(start, 5)]
        fitted = model(LogisticRegression(max_iter=500)).fit(recent[FEATURES], recent["mora"])
        score[start] = fitted.score(last[FEATURES], last["mora"])
    assert score[4] > 0.78
    assert score[1] < score[4] - 0.04


def test_the_datasheet_prints_the_events_of_each_month(meses):
    rows = table("eventos")
    kinds = [row["qué se inyectó"].split(":")[0] for row in rows]
    assert kinds == ["nada", "nada", "covariate drift", *["concept drift"] * 3]
    for row, (_, frame) in zip(rows, meses.groupby("mes"), strict=True):
        assert float(row["mora"].rstrip(" %")) == pytest.approx(100 * frame["mora"].mean(), abs=0.1)
        assert row["última etiqueta"] == f"{frame['fecha_etiqueta'].max():%Y-%m-%d}"
    accuracy = [float(row["accuracy de la regla del mes 1"]) for row in rows]
    assert max(accuracy[3:]) < min(accuracy[:3]) - 0.10


# --- Titanic -------------------------------------------------------------------------------------


def test_titanic_is_the_known_extract():
    titanic = read("titanic.csv")
    assert titanic.shape == (891, 8)
    assert list(titanic) == generate.TITANIC_COLUMNS
    assert titanic["survived"].sum() == 342
    assert titanic.isna().sum()[lambda n: n > 0].to_dict() == {"age": 177, "embarked": 2}


def wheel_with(content: str, folder: Path) -> Path:
    path = folder / "some.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(generate.TITANIC_MEMBER, content)
    return path


ORIGINAL = (
    "PassengerId,Survived,Pclass,Name,Sex,Age,SibSp,Parch,Ticket,Fare,Cabin,Embarked\n"
    '1,0,3,"Braund, Mr. Owen",male,22,1,0,A/5 21171,7.2500,,S\n'
    "2,1,1,Heikkinen,female,,0,0,STON/O2,7.925,,\n"
)


def test_titanic_keeps_eight_columns_and_each_value_as_written(tmp_path, monkeypatch):
    digest = hashlib.sha256(ORIGINAL.encode()).hexdigest()
    monkeypatch.setattr(generate, "TITANIC_ORIGINAL", digest)
    derived = generate.titanic(wheel_with(ORIGINAL, tmp_path)).decode()
    assert list(csv.reader(io.StringIO(derived)))[1:] == [
        ["0", "3", "male", "22", "1", "0", "7.2500", "S"],
        ["1", "1", "female", "", "0", "0", "7.925", ""],
    ]


def test_another_titanic_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is not the file that the datasheet describes"):
        generate.titanic(wheel_with(ORIGINAL, tmp_path))


# --- the datasheet -------------------------------------------------------------------------------


def table(name: str) -> list[dict[str, str]]:
    """The rows of a generated block of README.md, as a reader would read them."""
    text = (DATASETS / "README.md").read_text(encoding="utf-8")
    block = text.split(f"<!-- generado: {name} -->")[1].split(f"<!-- fin: {name} -->")[0]
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in block.strip().splitlines()
    ]
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_datasheet_has_the_seven_sections_of_gebru():
    text = (DATASETS / "README.md").read_text(encoding="utf-8")
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings[:7] == [
        "1. Motivación",
        "2. Composición",
        "3. Recolección",
        "4. Preprocesamiento",
        "5. Usos",
        "6. Distribución",
        "7. Mantenimiento",
    ]
    assert generate.TITANIC_ORIGINAL in text


def test_the_datasheet_prints_sizes_and_hashes_of_the_files():
    for row in table("archivos"):
        path = DATASETS / row["archivo"].strip("`")
        assert row["SHA-256"].strip("`") == hashlib.sha256(path.read_bytes()).hexdigest()
        lines = path.read_bytes().count(b"\n") - 1
        assert int(row["filas"].replace("\N{NO-BREAK SPACE}", "")) == lines


def test_the_datasheet_prints_missing_rates(snapshot1):
    printed = {row["columna"].strip("`"): row["faltan mes 1"] for row in table("columnas")}
    assert list(printed) == PORTFOLIO
    for column, text in printed.items():
        rate = 100 * snapshot1[column].isna().mean()
        assert float(text.rstrip(" %")) == pytest.approx(rate, abs=0.06)


def test_a_datasheet_that_lost_a_block_is_refused(files):
    named = files | {"titanic.csv": (DATASETS / "titanic.csv").read_bytes()}
    text = named.pop("README.md").decode()
    truth = datasheet.Truth(
        generate.injected_drift(), generate.injected_events(), generate.month_one_rule
    )
    with pytest.raises(ValueError, match="eventos"):
        datasheet.render(text.replace("<!-- generado: eventos -->", ""), named, truth)


# --- the figure style ----------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
def test_the_figure_style_draws_without_a_warning(caplog):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.style.context(DATASETS / "estilo.mplstyle"):
        figure, axes = plt.subplots()
        axes.plot([1, 2], label="serie")
        axes.set_title("Título")
        axes.legend()
        plt.tight_layout()
        figure.savefig(io.BytesIO())
        plt.close(figure)
    assert not caplog.records  # a missing font is logged, and lands in a notebook's stderr

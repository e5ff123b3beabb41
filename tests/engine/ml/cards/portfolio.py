"""The evaluation set that the corpus' cards speak of: 1,500 applications, every figure known.

Seeded, so that the figures printed in the cards are the same for ever. `OTHER` is the same
portfolio scored by a worse model: the source of the figures "from another model".
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from autograder.ml.model_card import Declared, Truth, read_aliases

GROUPS = Path(__file__).parent / "grupos.toml"
DECLARED = Declared(
    algorithms=("Pipeline", "ColumnTransformer", "StandardScaler", "LogisticRegression"),
    sklearn="1.7.2",
    training_rows=3_500,
    evaluation_rows=1_500,
)


def evaluation(skill: float = 2.2) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Labels (n,), probabilities of the positive class (n,) and factors (n rows), n = 1,500.

    `skill`: how far apart the two classes' scores are; women's are closer.
    """
    rng = np.random.default_rng(20261123)
    n = 1_500
    groups = pd.DataFrame(
        {
            "genero": rng.choice(["F", "M"], n, p=[0.4, 0.6]),
            "region": rng.choice(["AMBA", "Cuyo", "NOA", "Patagonia"], n, p=[0.5, 0.2, 0.2, 0.1]),
            "canal": rng.choice(["app", "sucursal", "telefono"], n, p=[0.5, 0.3, 0.2]),
            "edad": rng.integers(18, 80, n),
        }
    )
    base = np.where(groups["genero"] == "F", 0.22, 0.3) + np.where(groups["edad"] < 30, 0.1, 0)
    label = (rng.random(n) < base).astype(int)
    ease = np.where(groups["genero"] == "F", 0.6, 1.0) * np.where(groups["region"] == "NOA", 0.7, 1)
    score = 1 / (1 + np.exp(-(skill * ease * (label - 0.5) - 0.6 + rng.normal(0, 1, n))))
    return label, score, groups


def truth(skill: float = 2.2) -> Truth:
    """Every metric of the evaluation set, overall and by group."""
    label, score, groups = evaluation(skill)
    predicted = (score >= 0.5).astype(int)
    return Truth.from_predictions(label, predicted, score, groups, read_aliases(GROUPS))


TRUTH = truth()
OTHER = truth(skill=1.0)

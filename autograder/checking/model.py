"""A model that a student saved, loaded in a process that has not run the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autograder.checking.replies import CheckFailed, sequence
from autograder.messages import gettext

if TYPE_CHECKING:
    from autograder.checking.student import Student


class Model:
    """A model loaded from the student's file, alive in a process of its own; by ``Student.model``.

    Attributes:
        type: the name of its class.
        classes: its ``classes_``, a list; None where it has none.
        feature_names: its ``feature_names_in_``, a list of texts; None where it has none.
        n_features: its ``n_features_in_``; None where it has none.
        algorithms: the names of its class and of those that it is made of (the steps of a
            Pipeline, a ColumnTransformer's, nested ones too), each once; empty where it is no
            estimator of scikit-learn.
        sklearn_version: of the scikit-learn that saved it, such as ``"1.7.2"``; None where it is
            not known.
    """

    def __init__(self, student: Student, fresh: Any, path: str, portrait: Any):
        if not isinstance(portrait, dict) or portrait.get("predict") is not True:
            kind = portrait.get("type") if isinstance(portrait, dict) else portrait
            message = gettext(
                "`{path}` holds no model: it holds an object of type {kind} "
                "without a `predict` method."
            )
            raise CheckFailed(
                message.format(path=path, kind=kind),
                gettext("Save the trained classifier (or the whole Pipeline), not its data."),
            )
        self._student, self._fresh, self._path = student, fresh, path
        self.type: str = str(portrait.get("type"))
        self.classes: list[Any] | None = _list_or_none(portrait.get("classes"))
        self.feature_names: list[Any] | None = _list_or_none(portrait.get("feature_names"))
        self.n_features: int | None = portrait.get("n_features")
        self.algorithms = tuple(str(name) for name in sequence(portrait.get("algorithms")))
        version = portrait.get("sklearn_version")
        self.sklearn_version: str | None = version if isinstance(version, str) else None

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """What the model predicts, an array of shape (n,).

        Args:
            features: a DataFrame of n rows; its columns arrive as they are here.

        Raises:
            CheckFailed: the model raised, or did not return one value for each row.

        Example:
            >>> import joblib
            >>> from sklearn.dummy import DummyClassifier
            >>> rows = pd.DataFrame({"age": [30.0, 40.0]})
            >>> saved = joblib.dump(DummyClassifier().fit(rows, [1, 1]), "model.joblib")
            >>> DirectStudent({}).model("model.joblib").predict(rows)
            array([1, 1])
        """
        return self._rows("predict", features, 1)

    def predict_proba(self, features: pd.DataFrame) -> np.ndarray:
        """Probabilities of each class, an array of shape (n, number of classes).

        Args:
            features: a DataFrame of n rows; its columns arrive as they are here.

        Raises:
            CheckFailed: the model raised, or did not return a row of probabilities for each row.

        Example:
            >>> import joblib
            >>> from sklearn.dummy import DummyClassifier
            >>> rows = pd.DataFrame({"age": [30.0, 40.0]})
            >>> saved = joblib.dump(DummyClassifier().fit(rows, [0, 1]), "model.joblib")
            >>> DirectStudent({}).model("model.joblib").predict_proba(rows).sum(axis=1)
            array([1., 1.])
        """
        return self._rows("predict_proba", features, 2)

    def _rows(self, method: str, features: pd.DataFrame, ndim: int) -> np.ndarray:
        request = {"op": "method", "name": method, "args": [features]}
        outcome = self._student._outcome(method, self._student._answer(request, self._fresh))
        if outcome.error:
            message = gettext("The model of `{path}` could not predict: {error}")
            raise CheckFailed(
                message.format(path=self._path, error=outcome.error),
                gettext(
                    "Save the model already trained and with all its preprocessing inside "
                    "(a Pipeline), so that it takes the original columns."
                ),
            )
        array = outcome.value
        if isinstance(array, (pd.Series, list, tuple)):
            array = np.asarray(array)
        if not isinstance(array, np.ndarray) or array.ndim != ndim or len(array) != len(features):
            message = gettext("`{method}` of the model of `{path}` did not return a result a row.")
            raise CheckFailed(
                message.format(method=method, path=self._path),
                gettext("Save a trained scikit-learn classifier."),
            )
        return array


def _list_or_none(value: Any) -> list[Any] | None:
    return list(value) if isinstance(value, (list, tuple)) else None

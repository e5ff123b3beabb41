"""What a warm process imports and tries once, so that no submission pays for it.

What a course does not use costs it nothing: a library's parts are imported, and its first use paid
for, where the course's notebooks import the library. What nobody foresaw is imported by the
submission that wants it, in its own time.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterable

#: The standard library's modules that notebooks use, and what the engine itself uses inside.
ALWAYS = """
json csv logging math datetime hashlib pathlib functools itertools collections dataclasses typing
statistics random re io warnings copy time tempfile pickle threading concurrent.futures asyncio
unittest.mock zipfile encodings.utf_8_sig importlib.resources.readers
numpy numpy.random pandas IPython IPython.display autograder.sandbox.session
""".split()

#: Parts of a library that are loaded one by one, imported with it: students choose among them.
PARTS = {
    "matplotlib": """
matplotlib matplotlib.pyplot matplotlib.ticker matplotlib.dates matplotlib_inline.backend_inline
PIL.PngImagePlugin
""".split(),
    "scipy": "scipy.stats scipy.spatial.distance scipy.special scipy.optimize".split(),
    "sklearn": """
scipy.stats scipy.spatial.distance scipy.special scipy.optimize joblib
sklearn sklearn.base sklearn.calibration sklearn.compose sklearn.datasets sklearn.dummy
sklearn.ensemble sklearn.exceptions sklearn.impute sklearn.inspection sklearn.linear_model
sklearn.metrics sklearn.model_selection sklearn.naive_bayes sklearn.neighbors sklearn.pipeline
sklearn.preprocessing sklearn.svm sklearn.tree sklearn.utils
""".split(),
}

#: First uses: parsers, formatters, fonts, tracebacks. No model is fitted: that would start OpenMP,
#: whose threads do not survive a fork.
FIRST_USES = {
    "matplotlib": """
import io, matplotlib.pyplot as plt
figure, (left, right) = plt.subplots(1, 2, figsize=(4, 2))
left.plot([1, 2], label="$x_i$"); left.legend(); left.set(title="Naïve", xlabel="x", ylabel="y")
right.bar(["a", "b"], [1, 2]); right.hist([1, 2, 3]); right.set_xticks([0, 1], ["a", "b"])
right.annotate("a", (0, 1)); right.axhline(1); right.text(0, 1, "a", fontweight="bold")
figure.tight_layout()
figure.savefig(io.BytesIO(), format="png")
plt.close("all")
""",
    "pandas": """
import io, pandas as pd
frame = pd.read_csv(io.StringIO("a,b\\n1,x\\n2,y\\n"))
frame.groupby("b")["a"].mean(); pd.cut(frame["a"], 2).value_counts()
pd.get_dummies(frame); frame._repr_html_(); repr(frame); frame.describe()
pd.crosstab(frame["a"], frame["b"]); frame.merge(frame, on="a").to_csv(index=False)
""",
    "sklearn": """
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
numbers = make_pipeline(SimpleImputer(), StandardScaler())
make_column_transformer((numbers, ["a"]), (OneHotEncoder(), ["b"])).fit_transform(frame)
roc_auc_score([0, 1], [0.2, 0.8]); accuracy_score([0, 1], [1, 1])
""",
}
AN_ERROR = "1 / 0"


def libraries(imported: Iterable[str]) -> frozenset[str]:
    """The libraries to which modules belong, by their names: ``sklearn.svm`` gives ``sklearn``."""
    return frozenset(name.partition(".")[0] for name in imported)


def import_modules(imported: Iterable[str]) -> None:
    """Import what a course's notebooks import, and what students use beside it.

    What cannot be imported is left out: the notebook that wants it will say what is wrong.
    """
    imported = tuple(imported)
    parts = (name for each in sorted(libraries(imported)) for name in PARTS.get(each, ()))
    for name in (*ALWAYS, *parts, *imported):
        with contextlib.suppress(Exception, SystemExit):
            importlib.import_module(name)


def first_uses(imported: Iterable[str]) -> list[str]:
    """The sources of cells to run beforehand, for the libraries that a course uses."""
    return [*(FIRST_USES[each] for each in sorted(libraries(imported) & {*FIRST_USES})), AN_ERROR]

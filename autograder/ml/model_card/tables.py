"""Figures in tables: the metric and the subgroup that a row and a column name together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.ml.model_card.claim import Certainty, Claim
from autograder.ml.model_card.conditions import has_qualifier
from autograder.ml.model_card.context import Context, Label, Labeller
from autograder.ml.model_card.groups import Group
from autograder.ml.model_card.metrics import AVERAGED, Metric
from autograder.ml.model_card.numbers import cell_figure, could_be
from autograder.ml.model_card.parse import Row, Table, fold
from autograder.ml.model_card.subgroups import FACTOR_WORDS

_VALUE_WORDS = frozenset(
    "valor value resultado resultados result score puntaje metrica metricas metric metrics".split()
)
_FACTOR_HEADERS = frozenset(
    "factor nivel level grupo subgrupo group subgroup segmento categoria variable".split()
)
_SETTINGS = re.compile(
    r"(?:modelos?|models?|algoritmos?|version(?:es)?|umbral(?:es)?(?: de decision)?|"
    r"threshold|corte|epocas?|epochs?|fechas?|mes(?:es)?|semanas?|trimestres?|periodos?|fold|pliegue|corrida|"
    r"semilla|k|n_estimators|max_depth|profundidad|configuracion|experimento)"
)


class TableReader:
    """One table: which cells are values, and the names in the row and column of each."""

    def __init__(self, table: Table, context: Context, labeller: Labeller) -> None:
        self._table = table
        self._context = context
        self._labeller = labeller
        hint = context.factors
        self._columns = [labeller.label(cell, hint) for cell in table.header]
        self._about_subgroups = context.about_subgroups or any(
            FACTOR_WORDS.search(fold(cell)) or column.factors
            for cell, column in zip(table.header[:1], self._columns[:1], strict=True)
        )
        self._compares = self._has_overall()

    def _has_overall(self) -> bool:
        firsts = [row.cells[0] for row in self._table.rows if row.cells]
        labels = [*self._columns, *(self._labeller.label(cell) for cell in firsts)]
        return any(label.overall for label in labels)

    def claims(self) -> Iterator[Claim]:
        """The table's figures, row by row."""
        carried: str = ""
        for row in self._table.rows:
            cells = list(row.cells)
            if cells and not cells[0].strip() and not self._names_metric(0):
                cells[0] = carried
            carried = cells[0] if cells else ""
            yield from self._row(Row(row.line, tuple(cells)))

    def _names_metric(self, column: int) -> bool:
        return column < len(self._columns) and bool(self._columns[column].metrics)

    def _is_value(self, column: int, cell: str, first_is_label: bool) -> bool:
        if cell_figure(cell, fold(cell)) is None:
            return False
        header = fold(self._header(column)).strip(" *`")
        if self._names_metric(column):
            return True
        is_factor = header in _FACTOR_HEADERS or (
            column < len(self._columns)
            and bool(self._columns[column].factors)
            and not self._columns[column].groups
        )
        return not is_factor and not (column == 0 and first_is_label)

    def _header(self, column: int) -> str:
        return self._table.header[column] if column < len(self._table.header) else ""

    def _row(self, row: Row) -> Iterator[Claim]:
        first_is_label = not self._names_metric(0)
        values = [
            column
            for column, cell in enumerate(row.cells)
            if self._is_value(column, cell, first_is_label)
        ]
        names = self._row_label(row, set(values)) if values else Label()
        for column in values:
            yield self._claim(row, column, names)

    def _row_label(self, row: Row, values: set[int]) -> Label:
        """The names in the cells that are not values; "genero" + "F" is one subgroup."""
        label_cells = [
            (column, cell)
            for column, cell in enumerate(row.cells)
            if column not in values and cell.strip()
        ]
        hint = self._context.factors
        for column, cell in label_cells:
            hint |= self._labeller.label(cell).factors
            if column < len(self._columns):
                hint |= self._columns[column].factors
        labels = []
        for column, cell in label_cells:
            own = self._columns[column].factors if column < len(self._columns) else frozenset()
            labels.append(self._labeller.label(cell, own or hint))
        return Label.merge(labels)

    def _claim(self, row: Row, column: int, names: Label) -> Claim:
        cell = row.cells[column]
        figure = cell_figure(cell, fold(cell))
        assert figure is not None
        header = self._columns[column] if column < len(self._columns) else Label()
        metric, sure = self._metric(header, names)
        label = Label.merge([names, header])
        percent = header.percent or names.percent
        if metric is None or not could_be(figure, metric.name, whole=True):
            return Claim(row.line, figure, None, None, certainty=Certainty.UNSURE)
        groups, subgroup, unknown = self._group(names, header)
        excluded = label.excluded or self._context.excluded
        if self._is_other_setting() or (subgroup is None and self._is_open(names, header)):
            sure = False
        return Claim(
            line=row.line,
            figure=figure,
            metric=metric,
            subgroup=subgroup,
            options=tuple((metric, group) for group in groups),
            certainty=Certainty.EXPLICIT if sure else Certainty.UNSURE,
            excluded=excluded,
            unknown=unknown,
            percent=percent,
        )

    def _is_other_setting(self) -> bool:
        """Rows that are models, thresholds, dates: which is the student's, nothing says."""
        header = fold(self._header(0)).strip(" *`")
        return bool(_SETTINGS.fullmatch(header)) and len(self._table.rows) > 1

    def _metric(self, header: Label, names: Label) -> tuple[Metric | None, bool]:
        average = names.average or header.average or self._context.average
        column = list(header.metrics)
        in_row = list(names.metrics)
        if in_row and in_row[0].name == "accuracy" and len(column) == 1:
            report = column[0].name in AVERAGED  # classification_report's row "accuracy"
            return (in_row if report else column)[0], report or column[0].name in (
                "accuracy",
                "support",
            )
        chosen = column or in_row or ([self._context.metric] if self._context.metric else [])
        if not chosen:
            return None, False
        if column and in_row and set(column) != set(in_row):
            return column[0], False
        return self._labeller.averaged(chosen[0], average), len(chosen) == 1

    def _group(self, names: Label, header: Label) -> tuple[list[Group], str | None, bool]:
        """(groups it may be, subgroup's name or None, whether the data lack it)."""
        merged = Label.merge([names, header])
        if merged.groups:
            groups = self._labeller.groups(merged.groups)
            return groups, merged.group_text, not groups
        if merged.overall or merged.excluded:
            return [()], None, False
        stranger = self._stranger(names, header)
        if stranger:
            return [], stranger, True
        if self._context.groups:
            groups = self._labeller.groups(self._context.groups)
            return groups, self._context.group_text, not groups
        return [()], None, False

    def _stranger(self, names: Label, header: Label) -> str:
        """A row or column that is about somebody, with a name that we do not know."""
        about_groups = self._about_subgroups or self._compares
        return self._nameless(names, header) if about_groups else ""

    def _is_open(self, names: Label, header: Label) -> bool:
        """Whether a cell that names no subgroup may still be about one."""
        qualified = has_qualifier(fold(f"{names.text} {header.text}"))
        return qualified or bool(self._nameless(names, header))

    def _nameless(self, names: Label, header: Label) -> str:
        """The row's or column's text when it names nothing that we know; "" when it does."""
        if self._is_other_setting() or names.overall or header.overall:
            return ""
        if names.text and not names.metrics and not names.average and len(self._table.rows) > 1:
            return names.text
        is_plain = fold(header.text).strip(" *`:") in _VALUE_WORDS
        several = len(self._columns) > 2
        if several and header.text and not is_plain and not header.metrics and not header.average:
            return header.text
        return ""

"""Transformadores propios del modelo de mora.

Viven en un módulo importable, y no en una celda, porque pickle no guarda el código de una
clase: guarda su dirección (`transformadores.RelacionCuotaIngreso`). El servicio la importa de acá.
"""

from __future__ import annotations

import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin


class RelacionCuotaIngreso(BaseEstimator, TransformerMixin):
    """Agrega `cuota_sobre_ingreso`: qué parte del ingreso mensual se lleva cada cuota.

    Entra un DataFrame con `monto`, `cuotas` e `ingreso` (pesos y meses); sale el mismo
    DataFrame con una columna más. Donde falta el ingreso, falta la relación.
    """

    def fit(self, X: pd.DataFrame, y: pd.Series | None = None) -> RelacionCuotaIngreso:
        self.feature_names_in_ = list(X.columns)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        cuota = X["monto"] / X["cuotas"]
        return X.assign(cuota_sobre_ingreso=cuota / X["ingreso"])

"""El modelo de mora detrás de HTTP.

    REGISTRO=/ruta/al/registro uvicorn --factory servicio:crear_app

Rutas: `GET /health`, `POST /predict`, `GET /metrics`. Toda respuesta, también las de error,
lleva la versión del modelo en el encabezado `X-Modelo-Version`, y cada pedido deja una línea
JSON en la salida estándar. El servicio atiende con la versión que dice `current`: si el puntero
cambia, carga la nueva; si la nueva no carga, sigue con la que tenía y lo cuenta en `/health`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel, ConfigDict, Field
from registro import Registro

disable_created_metrics()  # fechas de creación: ocupan y acá nadie las mira

MENSAJES = {
    "missing": "falta este campo",
    "extra_forbidden": "este campo no existe",
    "greater_than": "tiene que ser mayor que {gt}",
    "greater_than_equal": "tiene que ser mayor o igual que {ge}",
    "less_than_equal": "tiene que ser menor o igual que {le}",
    "literal_error": "no es ninguno de los valores posibles: {expected}",
    "model_attributes_type": "tiene que ser un objeto JSON",
    "dict_type": "tiene que ser un objeto JSON",
    "int_type": "tiene que ser un número entero",
    "float_type": "tiene que ser un número",
    "int_parsing": "tiene que ser un número entero",
    "int_from_float": "tiene que ser un número entero",
    "float_parsing": "tiene que ser un número",
    "finite_number": "tiene que ser un número finito",
    "json_invalid": "el cuerpo no es JSON válido",
}


class Solicitud(BaseModel):
    """Una solicitud de crédito: lo que el modelo necesita saber, y nada más."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    edad: Annotated[int, Field(ge=18, le=100, description="años cumplidos")]
    monto: Annotated[float, Field(gt=0, le=1e8, description="pesos")]
    ingreso: Annotated[float | None, Field(gt=0, description="pesos por mes")] = None
    antiguedad_laboral: Annotated[float | None, Field(ge=0, description="años")] = None
    cuotas: Annotated[int, Field(ge=1, le=72, description="meses")]
    canal: Literal["sucursal", "web", "app", "telefono"]
    region: Literal["AMBA", "Centro", "Cuyo", "NEA", "NOA", "Patagonia"]


class Atencion:
    """La versión que atiende: sigue al puntero y nunca deja de atender por un cambio fallido."""

    def __init__(self, registro: Registro) -> None:
        self.registro = registro
        self.problema: str | None = None
        self._candado = threading.Lock()
        self._apuntada = registro.actual()
        self._en_uso = (self._apuntada, registro.cargar(self._apuntada))

    def en_uso(self) -> tuple[str, Any]:
        """Devuelve (versión, modelo). Si el puntero cambió, antes carga la versión nueva.

        Mientras un pedido carga la nueva, los demás siguen con la anterior.
        """
        if self._candado.acquire(blocking=False):
            try:
                self._seguir_puntero()
            finally:
                self._candado.release()
        return self._en_uso

    def _seguir_puntero(self) -> None:
        try:
            apuntada = self.registro.actual()
            if apuntada != self._apuntada:
                self._apuntada = apuntada  # una versión que no carga no se reintenta
                self._en_uso = (apuntada, self.registro.cargar(apuntada))
                self.problema = None
        except Exception as error:  # sea cual sea la falla, seguimos con la anterior
            self.problema = f"{type(error).__name__}: {error}"


class Metricas:
    """Lo que `/metrics` le cuenta a Prometheus."""

    def __init__(self) -> None:
        self.coleccion = CollectorRegistry()
        self.pedidos = Counter(
            "pedidos", "Pedidos atendidos", ["ruta", "estado", "version"], registry=self.coleccion
        )
        self.predicciones = Counter(
            "predicciones", "Predicciones", ["version", "decision"], registry=self.coleccion
        )
        self.faltantes = Counter(
            "entradas_faltantes", "Campos que llegaron vacíos", ["campo"], registry=self.coleccion
        )
        self.puntaje = Histogram(
            "puntaje",
            "Probabilidad de mora",
            ["version"],
            buckets=[i / 10 for i in range(1, 11)],
            registry=self.coleccion,
        )
        self.latencia = Histogram(
            "latencia_segundos", "Demora de cada pedido", ["ruta"], registry=self.coleccion
        )


def crear_app(registro: Registro | None = None) -> FastAPI:
    """Arma la aplicación. Sin argumento, usa el registro que nombra la variable `REGISTRO`."""
    atencion = Atencion(registro or Registro(os.environ["REGISTRO"]))
    metricas = Metricas()
    app = FastAPI(title="Modelo de mora")

    @app.middleware("http")
    async def registrar(
        request: Request, seguir: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        inicio = time.perf_counter()
        version, modelo = await run_in_threadpool(atencion.en_uso)
        request.state.version, request.state.modelo = version, modelo
        request.state.detalle = {}
        try:
            respuesta = await seguir(request)
        except Exception as error:  # el cliente ve un 500 con versión, nunca un traceback
            request.state.detalle = {"error": f"{type(error).__name__}: {error}"}
            cuerpo = {"version": version, "errores": [{"campo": "", "mensaje": "error interno"}]}
            respuesta = JSONResponse(cuerpo, status_code=500)
        segundos, ruta = time.perf_counter() - inicio, _ruta(request)
        respuesta.headers["X-Modelo-Version"] = version
        metricas.pedidos.labels(ruta, respuesta.status_code, version).inc()
        metricas.latencia.labels(ruta).observe(segundos)
        _anotar(request, ruta, respuesta.status_code, segundos)
        return respuesta

    @app.exception_handler(RequestValidationError)
    def invalida(request: Request, error: RequestValidationError) -> JSONResponse:
        errores = [_en_castellano(e) for e in error.errors()]
        request.state.detalle = {"errores": errores}
        cuerpo = {"version": request.state.version, "errores": errores}
        return JSONResponse(cuerpo, status_code=422)

    @app.get("/health")
    def health(request: Request) -> dict[str, Any]:
        estado = "degradado" if atencion.problema else "ok"
        return {"estado": estado, "version": request.state.version, "problema": atencion.problema}

    @app.post("/predict")
    def predict(solicitud: Solicitud, request: Request) -> dict[str, Any]:
        entrada = solicitud.model_dump()
        tabla = pd.DataFrame([entrada])
        probabilidad = float(request.state.modelo.predict_proba(tabla)[0, 1])
        salida = {
            "version": request.state.version,
            "probabilidad": probabilidad,
            "mora": probabilidad >= 0.5,
        }
        request.state.detalle = {"entrada": entrada, "salida": salida}
        _contar(metricas, entrada, salida)
        return salida

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(metricas.coleccion), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return app


def _contar(metricas: Metricas, entrada: dict[str, Any], salida: dict[str, Any]) -> None:
    decision = "mora" if salida["mora"] else "paga"
    metricas.predicciones.labels(salida["version"], decision).inc()
    metricas.puntaje.labels(salida["version"]).observe(salida["probabilidad"])
    for campo in (c for c, valor in entrada.items() if valor is None):
        metricas.faltantes.labels(campo).inc()


def _ruta(request: Request) -> str:
    """El nombre de la ruta, o "otra": un cliente no puede inventar etiquetas de métricas."""
    ruta = request.scope.get("route")
    return getattr(ruta, "path", "otra")


def _anotar(request: Request, ruta: str, estado: int, segundos: float) -> None:
    linea = {
        "cuando": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "pedido": request.headers.get("X-Pedido-Id", "")[:64] or uuid.uuid4().hex,
        "ruta": ruta,
        "estado": estado,
        "ms": round(1000 * segundos, 1),
        "version": request.state.version,
        **request.state.detalle,
    }
    sys.stdout.write(json.dumps(linea, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _en_castellano(error: dict[str, Any]) -> dict[str, str]:
    campo = ".".join(str(parte) for parte in error["loc"][1:]) or "cuerpo"
    plantilla = MENSAJES.get(error["type"], "valor inválido")
    contexto = error.get("ctx", {})
    if "expected" in contexto:
        contexto = {"expected": contexto["expected"].replace("'", "").replace(" or ", " o ")}
    return {"campo": campo, "mensaje": plantilla.format(**contexto)}

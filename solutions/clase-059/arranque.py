"""Levanta el servicio en un proceso aparte, espera a que esté listo y lo apaga prolijo."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

AQUI = Path(__file__).resolve().parent


@contextmanager
def servicio_en_marcha(registro: Path, log: Path, espera: float = 600.0) -> Iterator[httpx.Client]:
    """Da un cliente HTTP ya apuntado al servicio; al salir del `with`, el servicio se apaga.

    `log` recibe la salida del servicio: una línea JSON por pedido. `espera` son los segundos
    que le damos, como mucho, para arrancar, y después para contestar cada pedido: de sobra para la
    máquina más lenta. Lanza `RuntimeError` si no llega a estar listo.
    """
    puerto = _puerto_libre()
    comando = [sys.executable, "-m", "uvicorn", "--factory", "servicio:crear_app"]
    comando += ["--host", "127.0.0.1", "--port", str(puerto), "--no-access-log"]
    comando += ["--log-level", "warning"]
    ambiente = {**os.environ, "REGISTRO": str(registro), "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("ab") as salida:
        proceso = subprocess.Popen(comando, cwd=AQUI, env=ambiente, stdout=salida, stderr=salida)
    try:
        # trust_env=False: un proxy configurado en la máquina no tiene que ver pedidos locales
        with httpx.Client(
            base_url=f"http://127.0.0.1:{puerto}", trust_env=False, timeout=espera
        ) as cliente:
            _esperar(cliente, proceso, log, espera)
            yield cliente
    finally:
        _apagar(proceso)


def _puerto_libre() -> int:
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return enchufe.getsockname()[1]


def _esperar(
    cliente: httpx.Client, proceso: subprocess.Popen[bytes], log: Path, espera: float
) -> None:
    limite = time.monotonic() + espera
    while time.monotonic() < limite:
        if proceso.poll() is not None:
            final = log.read_text(encoding="utf-8", errors="replace")[-2_000:]
            raise RuntimeError(f"El servicio se cayó al arrancar:\n{final}")
        try:
            cliente.get("/health").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"El servicio no respondió en {espera:.0f} segundos.")


def _apagar(proceso: subprocess.Popen[bytes]) -> None:
    proceso.terminate()
    try:
        proceso.wait(timeout=10)
    except subprocess.TimeoutExpired:
        proceso.kill()
        proceso.wait()

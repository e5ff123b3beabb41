"""Un registro de modelos en disco: versiones inmutables, un puntero atómico y una bitácora.

registro/
    v1/modelo.joblib  v1/modelo.json    una carpeta por versión; nunca se modifica
    v2/modelo.joblib  v2/modelo.json    el .json es el sidecar: los metadatos del modelo
    current                              una línea: la versión que atiende
    bitacora.jsonl                       quién cambió qué, cuándo y por qué; solo se agrega
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import joblib
import sklearn


class ArtefactoCorrupto(Exception):
    """El archivo del modelo no es el que se publicó: su SHA-256 no coincide."""


class EntornoDistinto(Exception):
    """El modelo se guardó con otra versión de scikit-learn (o de Python) que la de acá."""


def sha256(archivo: Path) -> str:
    """Devuelve la huella SHA-256 de un archivo, en hexadecimal."""
    return hashlib.sha256(archivo.read_bytes()).hexdigest()


def entorno() -> dict[str, str]:
    """Devuelve las versiones de las que depende que el modelo cargue y prediga igual."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, "scikit-learn": sklearn.__version__}


def verificar(archivo: Path, sidecar: dict[str, Any]) -> None:
    """Controla huella y entorno *antes* de abrir el archivo: cargar un pickle ejecuta código.

    Lanza `ArtefactoCorrupto` o `EntornoDistinto`.
    """
    if sha256(archivo) != sidecar["sha256"]:
        raise ArtefactoCorrupto(f"{archivo.parent.name}: la huella no es la del sidecar.")
    for paquete, esperada in sidecar["entorno"].items():
        actual = entorno()[paquete]
        if actual != esperada:
            raise EntornoDistinto(
                f"Se guardó con {paquete} {esperada} y acá hay {actual}: "
                "usá el mismo entorno o reentrená."
            )


class Registro:
    """Guarda versiones de un modelo y sabe cuál atiende."""

    def __init__(self, carpeta: Path | str) -> None:
        self.carpeta = Path(carpeta)
        self.carpeta.mkdir(parents=True, exist_ok=True)

    def publicar(self, modelo: Any, metadatos: dict[str, Any], quien: str) -> str:
        """Guarda el modelo como versión nueva, de solo lectura, y devuelve su nombre.

        Publicar no es poner a atender: eso lo hace `promover`.
        """
        borrador = Path(tempfile.mkdtemp(prefix=".borrador-", dir=self.carpeta))
        try:
            archivo = borrador / "modelo.joblib"
            joblib.dump(modelo, archivo)
            completa = {
                **metadatos,
                "sha256": sha256(archivo),
                "entorno": entorno(),
                "fecha": _ahora(),
            }
            (borrador / "modelo.json").write_text(
                json.dumps(completa, ensure_ascii=False, indent=2), encoding="utf-8"
            )
            version = self._instalar(borrador)
        finally:
            shutil.rmtree(borrador, ignore_errors=True)
        self._anotar("publicar", version, quien, metadatos.get("motivo", ""))
        return version

    def _instalar(self, borrador: Path) -> str:
        """Renombra el borrador a la próxima versión libre: aparece entera o no aparece."""
        for archivo in borrador.iterdir():
            archivo.chmod(0o444)
        borrador.chmod(0o755)
        numero = len(self.versiones()) + 1
        while True:
            try:
                borrador.rename(self.carpeta / f"v{numero}")
                return f"v{numero}"
            except OSError:  # otra persona publicó ese número recién
                if not (self.carpeta / f"v{numero}").exists():
                    raise
                numero += 1

    def promover(self, version: str, quien: str, motivo: str) -> None:
        """Pone a atender una versión. Antes verifica que su archivo esté sano."""
        self._verificar(version)
        self._apuntar(version)
        self._anotar("promover", version, quien, motivo)

    def volver(self, quien: str, motivo: str) -> str:
        """Rollback: vuelve a la última versión promovida que nadie retiró, y la devuelve.

        La versión que atendía queda retirada: un segundo rollback sigue hacia atrás, no
        vuelve a la mala. Lanza `LookupError` si no hay adónde volver.
        """
        retiradas = {evento["retirada"] for evento in self.bitacora() if "retirada" in evento}
        mala = self.actual()
        promovidas = [e["version"] for e in self.bitacora() if e["accion"] == "promover"]
        candidatas = [v for v in promovidas if v != mala and v not in retiradas]
        if not candidatas:
            raise LookupError(f"No hay ninguna versión sana anterior a {mala}.")
        anterior = candidatas[-1]
        self._verificar(anterior)
        self._apuntar(anterior)
        self._anotar("volver", anterior, quien, motivo, retirada=mala)
        return anterior

    def actual(self) -> str:
        """Devuelve la versión que atiende. Lanza `LookupError` si todavía no hay ninguna."""
        try:
            return (self.carpeta / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise LookupError("Todavía no se promovió ninguna versión.") from None

    def cargar(self, version: str | None = None) -> Any:
        """Verifica y carga un modelo (por defecto, el que atiende)."""
        version = version or self.actual()
        self._verificar(version)
        return joblib.load(self.carpeta / version / "modelo.joblib")

    def sidecar(self, version: str) -> dict[str, Any]:
        """Devuelve los metadatos de una versión. Lanza `LookupError` si no existe."""
        if version not in self.versiones():
            raise LookupError(f"No existe la versión {version!r}.")
        return json.loads((self.carpeta / version / "modelo.json").read_text(encoding="utf-8"))

    def versiones(self) -> list[str]:
        """Devuelve las versiones publicadas, de la más vieja a la más nueva."""
        numeros = [int(p.name[1:]) for p in self.carpeta.glob("v*") if p.name[1:].isdigit()]
        return [f"v{n}" for n in sorted(numeros)]

    def bitacora(self) -> list[dict[str, str]]:
        """Devuelve los eventos en orden: publicar, promover, volver."""
        archivo = self.carpeta / "bitacora.jsonl"
        if not archivo.exists():
            return []
        return [json.loads(linea) for linea in archivo.read_text(encoding="utf-8").splitlines()]

    def _verificar(self, version: str) -> None:
        verificar(self.carpeta / version / "modelo.joblib", self.sidecar(version))

    def _apuntar(self, version: str) -> None:
        """Cambia `current` con os.replace: quien lee ve la versión vieja o la nueva, entera."""
        descriptor, nuevo = tempfile.mkstemp(prefix=".current-", dir=self.carpeta)
        with os.fdopen(descriptor, "w", encoding="utf-8") as archivo:
            archivo.write(version + "\n")
            archivo.flush()
            os.fsync(archivo.fileno())
        os.replace(nuevo, self.carpeta / "current")

    def _anotar(self, accion: str, version: str, quien: str, motivo: str, **mas: str) -> None:
        evento = {"cuando": _ahora(), "accion": accion, "version": version, "quien": quien}
        linea = json.dumps({**evento, "motivo": motivo, **mas}, ensure_ascii=False)
        with (self.carpeta / "bitacora.jsonl").open("a", encoding="utf-8") as archivo:
            archivo.write(linea + "\n")


def _ahora() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

# A class with a shared pool and a queue; groupby over the Series; Python's Fraction for the share.
# %% servir
import queue


class Sombra:
    """Pregunta a B en un hilo y deja lo que pase en una cola."""

    def __init__(self, modelo):
        self.modelo = modelo
        self.cola = queue.Queue()

    def _correr(self, solicitud):
        try:
            self.cola.put(("ok", self.modelo(solicitud), None))
        except Exception as error:
            self.cola.put(("error", None, f"{type(error).__name__}: {error}"))

    def preguntar(self, solicitud, limite):
        threading.Thread(target=self._correr, args=(solicitud,), daemon=True).start()
        try:
            return self.cola.get(timeout=limite)
        except queue.Empty:
            return "timeout", None, f"más de {limite} segundos"


def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    estado, respuesta_b, error = Sombra(modelo_b).preguntar(solicitud, limite)
    claves = ("id_solicitud", "respuesta_a", "respuesta_b", "estado_b", "error_b", "limite")
    valores = (solicitud["id_solicitud"], respuesta, respuesta_b, estado, error, limite)
    registro.append(dict(zip(claves, valores)))
    return respuesta

# %% tasa
from scipy.stats import norm


def wilson(k, n, confianza=0.95):
    if n == 0:
        return float("nan"), float("nan")
    z = norm.ppf(1 - (1 - confianza) / 2)
    p = k / n
    raiz = z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
    return (p + z * z / (2 * n) - raiz) / (1 + z * z / n), (p + z * z / (2 * n) + raiz) / (1 + z * z / n)


def tasa_de_desacuerdo(registro):
    estados = Counter(f["estado_b"] for f in registro)
    n = estados["ok"]
    k = len([1 for f in registro if f["estado_b"] == "ok" and f["respuesta_b"] != f["respuesta_a"]])
    bajo, alto = wilson(k, n)
    return dict(n_total=len(registro), n_comparables=n, desacuerdos=k,
                tasa=k / n if n else float("nan"), ic_bajo=bajo, ic_alto=alto)

# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    filas = pd.Series(registro, index=[f["id_solicitud"] for f in registro])
    resultado = filas.groupby(grupos.reindex(filas.index)).apply(lambda s: [tasa_de_desacuerdo(list(s))])
    return pd.DataFrame([lista[0] for lista in resultado], index=resultado.index)

# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    df = pd.DataFrame([f for f in registro if f["estado_b"] == "ok"],
                      columns=["id_solicitud", "respuesta_a", "respuesta_b"])
    df = df.merge(etiquetas.rename("real"), left_on="id_solicitud", right_index=True)
    a = df.respuesta_a.eq(df.real).astype(int)
    b = df.respuesta_b.eq(df.real).astype(int)
    diferencia = (b - a).value_counts()
    solo_b, solo_a = int(diferencia.get(1, 0)), int(diferencia.get(-1, 0))
    p = 1.0 if solo_a == solo_b == 0 else binomtest(solo_b, solo_a + solo_b, 0.5).pvalue
    return {"n": df.shape[0], "solo_a": solo_a, "solo_b": solo_b, "p_valor": p}

# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    match (
        resumen["n_total"] - resumen["n_comparables"] > max_sin_respuesta * resumen["n_total"],
        prueba["p_valor"] < alfa,
        np.sign(prueba["solo_b"] - prueba["solo_a"]),
    ):
        case (True, _, _):
            return "arreglar"
        case (_, True, 1):
            return "promover"
        case (_, True, -1):
            return "descartar"
    return "seguir"

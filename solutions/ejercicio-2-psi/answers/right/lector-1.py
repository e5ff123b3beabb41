# Plain Python: loops over the values, a list of cuts, math.log.
# %% psi
import math


def psi(ref, prod, cuantos=10):
    """Sin NumPy más que para los percentiles."""
    ref_completos = [float(v) for v in ref if not math.isnan(v)]
    cortes = []
    for i in range(cuantos + 1):
        corte = float(np.percentile(ref_completos, 100 * i / cuantos))
        if not cortes or corte > cortes[-1]:
            cortes.append(corte)
    interiores = cortes[1:-1]

    def repartir(muestra):
        conteo = [0] * (len(interiores) + 2)
        for v in muestra:
            if math.isnan(v):
                conteo[-1] += 1
                continue
            lugar = 0
            while lugar < len(interiores) and v > interiores[lugar]:
                lugar += 1
            conteo[lugar] += 1
        total = sum(conteo)
        return [max(c / total, 0.0001) for c in conteo]

    suma = 0
    for pi, qi in zip(repartir(ref), repartir(prod)):
        suma += (qi - pi) * math.log(qi / pi)
    return suma

# %% interpretar
def interpretar_psi(v):
    if v > 0.25:
        return "significativo"
    elif v >= 0.1:
        return "leve"
    else:
        return "estable"

# %% psi-categorico
def psi_categorico(a, b):
    def contar(serie):
        cuenta = {}
        for x in serie:
            clave = "__falta__" if pd.isna(x) else x
            cuenta[clave] = cuenta.get(clave, 0) + 1
        return cuenta

    ca, cb = contar(a), contar(b)
    total = 0.0
    for nivel in set(ca) | set(cb):
        p = max(ca.get(nivel, 0) / len(a), 1e-4)
        q = max(cb.get(nivel, 0) / len(b), 1e-4)
        total += (q - p) * math.log(q / p)
    print("niveles:", len(set(ca) | set(cb)))
    return total

"""Maximum likelihood of a few positive parameters."""

import numpy as np
from scipy.optimize import minimize

SMALLEST, LARGEST = 1e-3, 1e4  # parameters in scaled units: beyond, the model is one of its own limits
CLOSE_ENOUGH = 1e-6  # of the mean negative log-likelihood
PRECISE = {"ftol": 1e-12, "gtol": 1e-7, "maxiter": 1000}


def fit_positive(cost, starts):
    """The positive vector that minimises `cost`, tried from each of `starts`.

    `cost(parameters)` returns the mean negative log-likelihood and its gradient. The search runs on logarithms with
    L-BFGS-B, so no step leaves the positive numbers; Nelder-Mead polishes where it stopped early. Raises
    ArithmeticError if no start leads anywhere.
    """
    bounds = [(np.log(SMALLEST), np.log(LARGEST))] * len(starts[0])
    best = None
    for start in starts:
        found = minimize(
            _on_logs(cost), np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options=PRECISE
        )
        if np.isfinite(found.fun) and (best is None or found.fun < best.fun - CLOSE_ENOUGH):
            best = found
    if best is None:
        raise ArithmeticError("the likelihood is finite nowhere")
    if not best.success:
        best = _polished(cost, best, bounds)
    return np.exp(best.x)


def _on_logs(cost):
    def of_logs(logs):
        parameters = np.exp(logs)
        value, gradient = cost(parameters)
        return value, gradient * parameters

    return of_logs


def _polished(cost, found, bounds):
    def value(logs):
        return cost(np.exp(logs))[0]

    options = {"maxiter": 2000, "xatol": 1e-6, "fatol": 1e-10}
    polished = minimize(value, found.x, method="Nelder-Mead", bounds=bounds, options=options)
    return polished if polished.fun < found.fun else found

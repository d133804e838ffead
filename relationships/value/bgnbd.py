"""BG/NBD: how often a client buys, and whether it still does (Fader, Hardie, Lee 2005, Marketing Science 24:275).

A client buys at random at a rate of its own (Gamma: r, alpha) and after each purchase may stop for good with a chance
of its own (Beta: a, b). Of each client three numbers suffice: `repeats`, purchases after the first; `recency`, time
from the first to the last; `age`, time from the first to the day of asking. All are float arrays of one length, times
in any one unit, which is that of `alpha`. Pure: numpy and scipy, no database.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, digamma, expit, gammaln

from .optimise import fit_positive

# r, alpha in mean ages, a, b: buyers who stay, who come and go, who buy often.
STARTS = [(1.0, 1.0, 1.0, 1.0), (0.3, 0.2, 0.5, 3.0), (3.0, 0.5, 0.2, 5.0)]
LEAST_STOPPING = 1e-4
NO_CHANCE = 1e-200  # below it p·t vanishes beside 1

# Double exponential quadrature of (0, 1): its points crowd at both ends, where quantiles turn steeply.
_STEPS = np.linspace(-3.2, 3.2, 81)
QUANTILES = expit(np.pi * np.sinh(_STEPS))
WEIGHTS = np.cosh(_STEPS) * QUANTILES * (1 - QUANTILES)
WEIGHTS /= WEIGHTS.sum()


class Parameters(NamedTuple):
    """`alpha` is in the unit of the times it was fitted on."""

    r: float
    alpha: float
    a: float
    b: float


def fit(repeats, recency, age):
    """The most likely Parameters of these clients. Raises ArithmeticError where there is none.

    Clients alike are counted once with their number, so a million one-time buyers are as many rows as there are days.
    """
    unit = float(np.mean(age)) or 1.0  # so that the starts fit weeks and days alike
    rows, counts = np.unique(np.stack([repeats, recency, age]), axis=1, return_counts=True)
    rows[1:] /= unit

    def cost(parameters):
        likelihoods, gradients = _likelihoods(Parameters(*parameters), *rows)
        return -np.average(likelihoods, weights=counts), -np.average(gradients, axis=1, weights=counts)

    r, alpha, a, b = fit_positive(cost, STARTS)
    return Parameters(float(r), float(alpha * unit), float(a), float(b))


def never_stops(parameters):
    """Whether the fit found nobody who stops: the chance to stop after a purchase is none to four digits."""
    return parameters.a / (parameters.a + parameters.b) < LEAST_STOPPING


def log_likelihood(parameters, repeats, recency, age):
    """Of all these clients together."""
    return float(_likelihoods(parameters, repeats, recency, age)[0].sum())


def gradient(parameters, repeats, recency, age):
    """Of the log-likelihood by r, alpha, a, b: four numbers."""
    return _likelihoods(parameters, repeats, recency, age)[1].sum(axis=1)


def _likelihoods(parameters, repeats, recency, age):
    """Log-likelihood of each client, and its gradient (4 × clients)."""
    r, alpha, a, b = parameters
    rx = r + repeats
    # Alive ever since, or stopped right after the last purchase: both parts as logarithms, for they may be tiny.
    alive = -rx * np.log(alpha + age)
    stopped = np.where(repeats > 0, _log_stopped(parameters, repeats) - rx * np.log(alpha + recency), -np.inf)
    either = np.logaddexp(alive, stopped)
    # The gamma functions depend on the whole number alone: few values, however many clients.
    x, of = np.unique(repeats, return_inverse=True)
    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stops = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    by_r = (digamma(r + x) - digamma(r) + np.log(alpha))[of]
    by_a = (digamma(a + b) - digamma(a + b + x))[of]
    by_b = by_a + (digamma(b + x) - digamma(b))[of]
    has_stopped = np.exp(stopped - either)
    still = 1 - has_stopped
    gradients = np.stack(
        [
            by_r - still * np.log(alpha + age) - has_stopped * np.log(alpha + recency),
            r / alpha - rx * (still / (alpha + age) + has_stopped / (alpha + recency)),
            by_a + has_stopped / a,
            by_b - np.where(repeats > 0, has_stopped / np.maximum(b + repeats - 1, b), 0),
        ]
    )
    return (rate + stops)[of] + either, gradients


def _log_stopped(parameters, repeats):
    """ln(a / (b + x − 1)), where a client with a repeat purchase is concerned."""
    _r, _alpha, a, b = parameters
    return np.log(a) - np.log(np.maximum(b + repeats - 1, b))


def chance_alive(parameters, repeats, recency, age):
    """The chance that each client still buys at all. It is 1 for every one-time buyer, so never show it alone."""
    r, alpha, _a, _b = parameters
    odds = (r + repeats) * (np.log(alpha + age) - np.log(alpha + recency)) + _log_stopped(parameters, repeats)
    return np.where(repeats > 0, expit(-odds), 1.0)


def expected_purchases(parameters, ahead, repeats, recency, age):
    """Purchases of each client in the time `ahead`; with 0, 0, 0 those of somebody who buys now for the first time.

    The published form subtracts a hypergeometric function from 1 and divides by a − 1: it is 0/0 at a = 1 and
    overflows where a and b are large, as they are when clients stop alike. It is the closed form of a mean, which is
    taken here instead: of a client who is alive the chance p to stop is Beta(a, b + x) and the rate
    Gamma(r + x, alpha + T), and with both it buys (1 − e^(−rate·p·t)) / p times. The rate is integrated by hand, p by
    quadrature, good to 6 digits from a and b of .2 on and to 3 wherever a fit can end.
    """
    r, alpha, a, b = parameters
    x, of = np.unique(repeats, return_inverse=True)
    p = np.array([_chances_to_stop(a, b + one) for one in x.tolist()])[of]
    rx, share = (r + repeats)[:, None], (ahead / (alpha + age))[:, None]
    purchases = np.where(
        p > NO_CHANCE, -np.expm1(-rx * np.log1p(p * share)) / np.maximum(p, NO_CHANCE), rx * share
    )
    return chance_alive(parameters, repeats, recency, age) * (purchases * WEIGHTS).sum(axis=1)


@lru_cache(maxsize=4096)
def _chances_to_stop(a, b):
    """The quantiles of Beta(a, b) at QUANTILES. Clients with as many purchases share them."""
    return betaincinv(a, b, QUANTILES)

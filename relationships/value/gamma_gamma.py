"""Gamma-Gamma: what one purchase of a client is worth (Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value").

Purchases of a client vary around a mean of its own (Gamma: p), the means vary over clients (inverse Gamma: q, gamma),
and how much is bought has nothing to do with how often. Of each client two numbers suffice: `purchases` that are
known with their value, and `mean`, their mean value. Float arrays of one length, money in one currency. Pure.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln

from .optimise import fit_positive

STARTS = [(1.0, 2.0, 1.0), (6.0, 4.0, 0.5), (3.0, 1.5, 0.2)]  # p, q, gamma in median values
LEAST_Q = 1.01  # at 1 and below the mean over clients is infinite


class Parameters(NamedTuple):
    """`gamma` is money, in the currency it was fitted on."""

    p: float
    q: float
    gamma: float


def fit(purchases, mean):
    """The most likely Parameters of clients with a purchase and a mean above 0 each. q is LEAST_Q at least.

    Raises ArithmeticError where there is none, such as when all means are equal.
    """
    unit = float(np.median(mean))
    scaled = mean / unit

    def cost(parameters):
        likelihoods, gradients = _likelihoods(Parameters(*parameters), purchases, scaled)
        return -likelihoods.mean(), -gradients.mean(axis=1)

    p, q, gamma = fit_positive(cost, STARTS)
    return Parameters(float(p), max(LEAST_Q, float(q)), float(gamma * unit))


def log_likelihood(parameters, purchases, mean):
    """Of all these clients together."""
    return float(_likelihoods(parameters, purchases, mean)[0].sum())


def gradient(parameters, purchases, mean):
    """Of the log-likelihood by p, q, gamma: three numbers."""
    return _likelihoods(parameters, purchases, mean)[1].sum(axis=1)


def _likelihoods(parameters, purchases, mean):
    """Log-likelihood of each client, and its gradient (3 × clients)."""
    p, q, gamma = parameters
    # The gamma functions depend on the whole number alone: few values, however many clients.
    x, of = np.unique(purchases, return_inverse=True)
    shape = (gammaln(p * x + q) - gammaln(p * x) + p * x * np.log(x))[of] - gammaln(q)
    total = gamma + purchases * mean
    likelihoods = (
        shape + q * np.log(gamma) + (p * purchases - 1) * np.log(mean) - (p * purchases + q) * np.log(total)
    )
    by_p = (x * (digamma(p * x + q) - digamma(p * x) + np.log(x)))[of]
    by_q = digamma(p * x + q)[of] - digamma(q)
    gradients = np.stack(
        [
            by_p + purchases * (np.log(mean) - np.log(total)),
            by_q + np.log(gamma) - np.log(total),
            q / gamma - (p * purchases + q) / total,
        ]
    )
    return likelihoods, gradients


def expected_mean(parameters, purchases, mean):
    """What a coming purchase of each client is worth: its own mean, drawn towards that of all where little is known."""
    p, q, gamma = parameters
    return p * (gamma + purchases * mean) / (p * purchases + q - 1)

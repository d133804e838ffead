"""How well the models told who buys again and for how much: fitted on what was known on a day, compared with what came.

Beside plain rules that need no model: days since the last purchase, and the purchases so far, for who buys again; what
the client spent in as many days before, and what clients as silent as it spent then, for how much.
"""

import datetime
from dataclasses import dataclass

import numpy as np

from relationships.health.backtest.metrics import Ranking, estimate, interval

from . import model
from .purchases import read_histories, read_sales

DAYS_AHEAD = 90
ROUNDS = 500
SILENCE_FROM = [0, 8, 15, 31, 61, 91, 121, 181, 271]  # days since the last purchase: the first of each bucket


@dataclass(frozen=True)
class Outcome:
    """One day's backtest. AUCs are for "buys again in the days ahead"; `gain` is the AUC of expected purchases less
    that of recency, with its 95 % interval: [value, low, high]. Money is a client's mean absolute error, in `currency`.
    """

    as_of: datetime.date
    clients: int
    bought_again: float
    auc: dict
    gain: list
    purchases: tuple  # expected, came
    currency: str
    value: tuple  # expected, came
    error: dict
    model: model.Model


def backtest(as_of, *, source="", days=DAYS_AHEAD):
    """The Outcome of one day, or the Model where it has too little to say. The days ahead must be over.

    Reads the book three times, and changes nothing.
    """
    histories = read_histories(as_of, source=source)
    fitted = model.fit(histories, as_of)
    if not fitted.purchases or not fitted.values:
        return fitted
    alive, purchases, value = fitted.expect(histories, as_of, days)
    came = read_sales(as_of, as_of + datetime.timedelta(days), free_on=as_of, source=source)
    counts, spent = _of(histories, came)
    signals = {
        "expected purchases": purchases,
        "recency": -_silence(histories, as_of),
        "purchases so far": histories["purchases"],
        "P(alive)": alive,
    }
    auc, gain = _ranked(signals, counts > 0)
    currency = max(fitted.valued, key=fitted.valued.get)
    own = (histories["currency"] == currency) & np.isfinite(value)
    guesses = {"model": value} | _plain_guesses(histories, as_of, days, source, own)
    return Outcome(
        as_of=as_of,
        clients=len(histories),
        bought_again=float((counts > 0).mean()),
        auc=auc,
        gain=gain,
        purchases=(float(purchases.sum()), int(counts.sum())),
        currency=currency,
        value=(float(value[own].sum()), float(spent[own].sum())),
        error={name: float(np.abs(guess - spent)[own].mean()) for name, guess in guesses.items()},
        model=fitted,
    )


def _of(histories, sales):
    """(purchases, value) of each ROW's client in `sales`, 0 where it has none."""
    found = [sales.get(client, (0, 0.0)) for client in histories["client"].tolist()]
    counts, values = np.array(found, float).reshape(-1, 2).T
    return counts, values


def _silence(histories, as_of):
    return (np.datetime64(as_of, "D") - histories["last_on"]).astype(int)


def _ranked(signals, again):
    """({signal: AUC}, gain of the first signal over the second): the chance that who buys again is ranked higher."""
    everyone = np.arange(len(again))
    measures = {name: Ranking(signal, again, everyone) for name, signal in signals.items()}
    once = estimate(measures, len(again), rounds=0)
    first, second = list(measures)[:2]
    drawn = estimate({name: measures[name] for name in (first, second)}, len(again), rounds=ROUNDS)
    gain = interval(drawn[first][:, 0] - drawn[second][:, 0])
    return {name: float(figures[0, 0]) for name, figures in once.items()}, gain


def _plain_guesses(histories, as_of, days, source, own):
    """What needs no model: the spending of as many days before, and the mean of clients as silent as this one then.

    The means are learned a window earlier, from what was known on the day; so are the days of silence of that time.
    """
    before = as_of - datetime.timedelta(days)
    sales = read_sales(before, as_of, free_on=as_of, source=source)
    _counts, lately = _of(histories, sales)
    then = read_histories(before, source=source)
    then = then[np.isin(then["currency"], histories["currency"][own])]
    _counts, spent_then = _of(then, sales)
    bucket_then = np.digitize(_silence(then, before), SILENCE_FROM)
    bucket_now = np.digitize(_silence(histories, as_of), SILENCE_FROM)
    overall = spent_then.mean() if len(then) else 0.0
    means = np.full(len(SILENCE_FROM) + 1, overall)
    for bucket in np.unique(bucket_then):
        means[bucket] = spent_then[bucket_then == bucket].mean()
    return {"the days before": lately, "clients as silent": means[bucket_now]}

"""The arithmetic of a backtest: pure numpy, no database.

A case is one client on one past day. A signal orders the cases by `danger` (higher is worse: 100 − score, days of
silence, 5 − rating); `bad` says what followed. The same client on several days is one cluster: every interval comes
from drawing whole clients with replacement, so that the same story told on several days does not count as several.
"""

from dataclasses import dataclass

import numpy as np

ROUNDS = 1_000
SEED = 20_261_122  # the same cases give the same interval
LOW, HIGH = 2.5, 97.5  # percentiles of a 95 % interval
LIFT_SHARE = 0.1
PARTS = 10


class Ranking:
    """Cases in the order of one signal, the most dangerous first, prepared for many rounds of weights.

    `danger` float[n], `bad` bool[n], `client` int[n]: the place of each case's client. A round's weights are counts by
    client; each figure is a gather and a cumulative sum over n. No `@`: on such lengths the threads of BLAS took a
    hundred times as long as the sum of the product.
    """

    def __init__(self, danger, bad, client):
        order = np.argsort(-np.asarray(danger, float), kind="stable")
        ranked = np.asarray(danger, float)[order]
        self.client = np.asarray(client, np.intp)[order]
        starts = (
            np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.empty(0, np.intp)
        )
        self.edges = np.r_[starts, len(ranked)]  # where each group of ties begins, and the end
        self.bad_at = np.flatnonzero(np.asarray(bad, bool)[order])
        group = np.searchsorted(starts, self.bad_at, side="right") - 1
        self.first, self.last = self.edges[group], self.edges[group + 1]
        self.bad_client = self.client[self.bad_at]

    def figures(self, counts):
        """(AUC, lift at 10 %) when each client counts `counts[client]` (float) times; nan where bad or good miss."""
        upto = np.zeros(len(self.client) + 1)
        np.cumsum(counts[self.client], out=upto[1:])
        weights = counts[self.bad_client]
        bad, everyone = weights.sum(), upto[-1]
        if not 0 < bad < everyone:
            return np.nan, np.nan
        return self._auc(upto, weights, bad, everyone), self._lift(upto, weights, bad, everyone)

    def _auc(self, upto, weights, bad, everyone):
        """The chance that a bad case is ranked above a good one, ties half.

        Everything below a bad case and half of its ties, itself among them, is good cases and bad ones; of the bad
        ones that sum is half of bad².
        """
        below = everyone - (upto[self.first] + upto[self.last]) / 2
        return ((weights * below).sum() - bad * bad / 2) / (bad * (everyone - bad))

    def _lift(self, upto, weights, bad, everyone):
        """The share of bad among the top tenth ÷ the share overall. Of ties across the line each counts in part."""
        wanted = LIFT_SHARE * everyone
        place = np.searchsorted(upto, wanted) - 1  # the case that the line falls into
        group = np.searchsorted(self.edges, place, side="right") - 1
        first, last = self.edges[group], self.edges[group + 1]
        before = weights[: np.searchsorted(self.bad_at, first)].sum()
        within = weights[np.searchsorted(self.bad_at, first) : np.searchsorted(self.bad_at, last)].sum()
        part = (wanted - upto[first]) / (upto[last] - upto[first])
        return (before + part * within) / wanted / (bad / everyone)


@dataclass
class Share:
    """Σ `part` ÷ Σ `whole` over cases of `client`: the share of lost revenue that was flagged."""

    part: np.ndarray
    whole: np.ndarray
    client: np.ndarray

    def figures(self, counts):
        weights = counts[self.client]
        whole = (weights * self.whole).sum()
        return ((weights * self.part).sum() / whole if whole > 0 else np.nan,)


def auc(danger, bad):
    """The chance that a bad case is ranked above a good one, ties half. nan where either is missing."""
    return Ranking(danger, bad, np.arange(len(danger))).figures(np.ones(len(danger)))[0]


def lift(danger, bad):
    """How much more often the top tenth went bad than all did. nan where bad or good are missing."""
    return Ranking(danger, bad, np.arange(len(danger))).figures(np.ones(len(danger)))[1]


def estimate(measures, clients, *, rounds=ROUNDS, seed=SEED, alive=None):
    """{name: float[1 + rounds, figures]} of `measures` (name → Ranking or Share): row 0 as found, then the rounds.

    All measures see the same draw in the same round, so differences between them have intervals too. `clients` is how
    many there are to draw from; `alive` is called now and then.
    """
    dice = np.random.default_rng(seed)
    found = {name: [measure.figures(np.ones(clients))] for name, measure in measures.items()}
    for number in range(rounds):
        counts = np.bincount(dice.integers(0, clients, clients), minlength=clients).astype(float)
        for name, measure in measures.items():
            found[name].append(measure.figures(counts))
        if alive and number % 50 == 0:
            alive()
    return {name: np.array(rows, float) for name, rows in found.items()}


def interval(column):
    """[value, low, high] of a column of `estimate`: the 95 % interval by percentiles. None where there is no value."""
    value, drawn = column[0], column[1:][~np.isnan(column[1:])]
    if np.isnan(value) or not len(drawn):
        return None
    low, high = np.percentile(drawn, [LOW, HIGH])
    return [float(value), float(low), float(high)]


def calibration(score, bad, parts=PARTS):
    """Cases in tenths by score, the lowest first: [{"from", "to", "score" (mean), "bad" (share), "cases"}].

    Cases with the same score share what followed evenly, so the order among them decides nothing.
    """
    score, bad = np.asarray(score, float), np.asarray(bad, float)
    _values, group = np.unique(score, return_inverse=True)
    evenly = (np.bincount(group, weights=bad) / np.bincount(group))[group] if len(score) else bad
    order = np.argsort(score, kind="stable")
    return [
        {
            "from": float(score[part].min()),
            "to": float(score[part].max()),
            "score": float(score[part].mean()),
            "bad": float(evenly[part].mean()),
            "cases": len(part),
        }
        for part in np.array_split(order, parts)
        if len(part)
    ]


def flag_the_most(danger, how_many):
    """bool[n]: the `how_many` most dangerous; ties across the line stay out, so it may be fewer."""
    danger = np.asarray(danger, float)
    if how_many >= len(danger):
        return np.ones(len(danger), bool)
    return danger > np.sort(danger)[::-1][how_many]


def lead_times(flagged, bad, event_on, days):
    """(warned, days of warning) of the clients with a bad case; matrices are clients × tested days, oldest first.

    Of each client the newest bad case counts. Warned: it was flagged on that day. Days: from the first tested day of
    that unbroken row of flagged tested days to `event_on` (day numbers, as are `days`). `warned` is bool over the
    clients with a bad case, the days are of those warned.
    """
    rows = np.flatnonzero(bad.any(axis=1))
    newest = bad.shape[1] - 1 - np.argmax(bad[rows, ::-1], axis=1)
    warned = flagged[rows, newest]
    start, going = newest.copy(), warned.copy()
    for _ in range(bad.shape[1] - 1):
        going &= (start > 0) & flagged[rows, np.maximum(start - 1, 0)]
        start -= going
    return warned, (event_on[rows, newest] - np.asarray(days)[start])[warned]


def alarms(flagged, present, days, people):
    """Clients newly flagged between one tested day and the next, for each account manager and week.

    Matrices are clients × tested days; a client counts between days on which it was a case (`present`) both times.
    `people` is how many account managers led somebody on each day. None with a single day or without people.
    """
    days, people = np.asarray(days), np.asarray(people)
    new = ~flagged[:, :-1] & flagged[:, 1:] & present[:, :-1] & present[:, 1:]
    weeks = (np.diff(days) / 7 * people[1:]).sum()
    return float(new.sum() / weeks) if weeks > 0 else None

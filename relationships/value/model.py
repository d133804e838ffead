"""The two models fitted to the histories of a book, and what they expect of each client. No database."""

from dataclasses import dataclass, field

import numpy as np

from . import bgnbd, gamma_gamma
from .purchases import DAYS_A_WEEK, in_weeks

LEAST_CLIENTS = 50  # with a purchase, and
LEAST_REPEAT_BUYERS = (
    20  # of them: fewer tell nothing of how often clients come back; nor, of a currency, what is spent
)
MOST_FITTED = 200_000  # clients: more change no digit that anybody sees
SEED = 2005


@dataclass(frozen=True)
class Model:
    """`purchases` is None where there was too little to fit; `values` has the currencies with enough; `note` tells."""

    purchases: bgnbd.Parameters | None = None
    values: dict = field(default_factory=dict)
    log_likelihood: float = 0.0
    clients: int = 0
    valued: dict = field(default_factory=dict)
    note: str = ""

    def expect(self, histories, as_of, days_ahead):
        """(alive, purchases, value) of ROWs in the days ahead, three arrays; the value is NaN where none is known.

        Only for a model with `purchases`.
        """
        weeks, ahead = in_weeks(histories, as_of), days_ahead / DAYS_A_WEEK
        alive = bgnbd.chance_alive(self.purchases, *weeks)
        purchases = bgnbd.expected_purchases(self.purchases, ahead, *weeks)
        worth = np.full(len(histories), np.nan)
        for currency, parameters in self.values.items():
            own = (histories["currency"] == currency) & (histories["valued"] > 0)
            known = histories[own]
            worth[own] = gamma_gamma.expected_mean(parameters, known["valued"], known["value"])
        return alive, purchases, purchases * worth


def fit(histories, as_of):
    """The Model of these ROWs. The same ones give the same model: what is drawn of very many is drawn by a seed."""
    repeat_buyers = int((histories["purchases"] > 1).sum())
    if len(histories) < LEAST_CLIENTS or repeat_buyers < LEAST_REPEAT_BUYERS:
        return Model(
            note=f"Too few to fit: {len(histories)} clients without a contract have bought, {repeat_buyers} of them "
            f"again; {LEAST_CLIENTS} and {LEAST_REPEAT_BUYERS} are needed."
        )
    histories, notes = _drawn(histories)
    weeks = in_weeks(histories, as_of)
    try:
        purchases = bgnbd.fit(*weeks)
    except ArithmeticError:
        return Model(note="These purchases have no likelihood that is finite.")
    if bgnbd.never_stops(purchases):
        notes.append("No client is seen to stop buying.")
    values, valued = _fit_values(histories, notes)
    return Model(
        purchases,
        values,
        bgnbd.log_likelihood(purchases, *weeks),
        len(histories),
        valued,
        " ".join(notes)[:300],
    )


def _drawn(histories):
    if len(histories) <= MOST_FITTED:
        return histories, []
    drawn = np.random.default_rng(SEED).choice(len(histories), MOST_FITTED, replace=False)
    return histories[np.sort(drawn)], [f"Fitted to {MOST_FITTED} of {len(histories)} clients."]


def _fit_values(histories, notes):
    """Gamma-Gamma of each currency with enough repeat buyers: ({currency: Parameters}, {currency: clients}).

    All purchases of a client count, the first one too: a client who bought once has shown what it spends.
    """
    values, valued = {}, {}
    for currency in np.unique(histories["currency"]):
        known = histories[(histories["currency"] == currency) & (histories["valued"] > 0)]
        if (known["valued"] > 1).sum() < LEAST_REPEAT_BUYERS:
            notes.append(f"Too few repeat buyers for a value in {currency}.")
            continue
        try:
            fitted = gamma_gamma.fit(known["valued"].astype(float), known["value"])
        except ArithmeticError:
            notes.append(f"No likely value in {currency}.")
            continue
        values[str(currency)], valued[str(currency)] = fitted, len(known)
    return values, valued

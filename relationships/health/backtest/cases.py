"""The cases of a backtest, gathered by chunks of clients into flat arrays; about 50 bytes a case."""

import datetime
from array import array

import numpy as np
from django.conf import settings

from clients.rates import rates_on

from . import outcomes, past

NAN = float("nan")
# Type codes of `array`: b a small number or a yes and no, l a number, d a float, nan where there is none.
FACTS = {
    "client": "l",
    "day": "b",
    "score": "d",
    "at_risk": "b",
    "silent_days": "l",
    "rating": "d",
    "lost": "b",
    "halved": "b",
    "had_revenue": "b",
    "event_on": "l",
    "revenue": "d",
}


class Cases:
    """An array for each fact of a case: every led client on every tested day, scored or not.

    `client` is the place of the client in the order of arrival, `day` that of the tested day, `event_on` the number of
    the day of the loss or, without one, of the end of the 6 months. `revenue` is that of the 12 months before, in the
    house currency by the rate of the tested day.
    """

    def __init__(self, days, spec):
        self.days, self.spec, self.clients = list(days), spec, 0
        self._facts = {name: array(code) for name, code in FACTS.items()}
        self._rates = {}
        self.newest_month = datetime.date.min

    def gather(self, ids):
        """Adds these clients. One query a day, one for what followed, and one for each currency and day first met."""
        followed = outcomes.read_outcomes(ids, self.days)
        places = {}
        for place, day in enumerate(self.days):
            for client, then in past.read_then(ids, day, self.spec).items():
                position = places.setdefault(client, self.clients + len(places))
                self._add(position, place, then, followed[client, place])
        self.clients += len(places)

    def _add(self, position, place, then, after):
        if after.newest_month:
            self.newest_month = max(self.newest_month, after.newest_month)
        event = after.lost_on if after.lost else outcomes.months_end(self.days[place])
        values = (
            position,
            place,
            NAN if then.score is None else then.score,
            then.at_risk,
            then.silent_days,
            NAN if then.rating is None else then.rating,
            after.lost,
            after.halved,
            after.had_revenue,
            event.toordinal(),
            after.year * self._rate(after.currency, place),
        )
        for facts, value in zip(self._facts.values(), values, strict=True):
            facts.append(value)

    def _rate(self, currency, place):
        """What a unit of `currency` was worth on the tested day; nan without a rate."""
        if currency == settings.HOUSE_CURRENCY:
            return 1.0
        if (currency, place) not in self._rates:
            found = rates_on(self.days[place], [currency]).by_currency.get(currency)
            self._rates[currency, place] = float(found.value) if found else NAN
        return self._rates[currency, place]

    def facts(self):
        """{name: numpy array}, with `bad` and `decided`.

        A case that was not lost and had revenue is decided only where revenue is on record up to the last of the 6
        months after its day, of anybody: otherwise the whole book would seem to have stopped buying.
        """
        facts = {name: np.array(values) for name, values in self._facts.items()}
        for name in ("at_risk", "lost", "halved", "had_revenue"):
            facts[name] = facts[name].astype(bool)
        last_months = [outcomes.months_end(day).replace(day=1) for day in self.days]
        known = np.array([month <= self.newest_month for month in last_months], bool)
        facts["decided"] = facts["lost"] | ~facts["had_revenue"] | known[facts["day"]]
        facts["halved"] &= ~facts["lost"] & facts["decided"]
        facts["bad"] = facts["lost"] | facts["halved"]
        return facts

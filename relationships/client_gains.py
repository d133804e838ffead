"""What would raise a client's health, in words and with the page where it is done."""

from dataclasses import dataclass

from django.urls import reverse

from relationships.health import gains
from relationships.health.sentences_of_gains import sentence_of_gain

SHOWN = 3
LISTED = 10
# Kind of action → where it is done; those of the first lot open in the sheet.
SHEETS = {
    "reach": "relationships:log_for_client",
    "meet": "relationships:log_for_client",
    "introduce": "clients:contact_new",
    "contact": "clients:contact_new",
    "champion": "clients:contact_new",
}
PAGES = {
    "issue": "clients:issue_page",
    "invoice": "clients:invoice_page",
    "renewal_prepared": "clients:contract_page",
    "renewal_signed": "clients:contract_page",
}
TABS = {"critical_issues": "issues", "invoices": "receivables", "product": "growth"}


@dataclass(frozen=True)
class Action:
    """A Gain in words. `points` is a whole number, None where the score is not known now; `url` is empty for readers
    who may not do it."""

    gain: gains.Gain
    sentence: str
    url: str
    in_sheet: bool

    @property
    def points(self):
        return None if self.gain.points is None else round(self.gain.points)


def actions_of(client, health, contacts):
    """Every Action worth it, the best first, and the best of each topic: a pair of lists. No query.

    `client` has `may_change`; `contacts` are those still there.
    """
    if health is None:
        return [], []
    found = _without_detours(gains.gains(health, contacts))
    actions = {gain: _action(client, gain) for gain in found}
    return [actions[gain] for gain in found[:LISTED]], [actions[gain] for gain in gains.best(found, SHOWN)]


def _without_detours(found):
    """Without meetings that add nothing to reaching the client, as under a cap."""
    reach = max((gain.points or 0 for gain in found if gain.kind == "reach"), default=None)
    if reach is None:
        return found
    kept = (gain for gain in found if gain.topic != "touch" or gain.kind == "reach" or _beats(gain, reach))
    return list(kept)


def _beats(gain, reach):
    return gain.points is None or gain.points - reach >= gains.LEAST_POINTS


def _action(client, gain):
    in_sheet = gain.kind in SHEETS
    return Action(gain, sentence_of_gain(gain), _url(client, gain), in_sheet)


def _url(client, gain):
    if gain.kind in SHEETS:
        return reverse(SHEETS[gain.kind], args=[client.pk]) if client.may_change else ""
    if gain.kind in PAGES:
        return reverse(PAGES[gain.kind], args=[gain.row_id])
    return f"{client.get_absolute_url()}?tab={TABS[gain.kind]}"

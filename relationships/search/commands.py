"""What one may do from the search: go somewhere, or begin something for a client. Each is found by its words in every
language of Tend, so "lịch" and "calendar" lead to the same page whichever language the page speaks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import access

from .words import begins_a_word, plain

CLIENTS_OFFERED, COMMANDS_OFFERED = 3, 8
# Small words between a command and its client: "log for Vinamilk".
JOINING = pgettext_lazy("small words of a command, such as: log for Vinamilk", "for with to at a the")
GO = pgettext_lazy("first words of a command, such as: go to the calendar", "go to open")


@dataclass(frozen=True)
class Place:
    """A page of its own; `open_to` says to whom."""

    route: str
    label: str
    icon: str
    open_to: Callable = access.keeps_clients


@dataclass(frozen=True)
class Deed:
    """Something to begin for a client; `in_sheet`: its form opens over the page one is on."""

    route: str
    label: str
    icon: str
    in_sheet: bool = True


@dataclass(frozen=True)
class Command:
    """`of` is the client it is for, "" for none; `fill` what it puts into the search instead of leading somewhere."""

    label: str
    icon: str
    url: str
    of: str = ""
    in_sheet: bool = False
    fill: str = ""


PLACES = (
    Place("relationships:today", gettext_lazy("Today"), "sun"),
    Place("clients:list", gettext_lazy("Clients"), "building-2"),
    Place("relationships:calendar", gettext_lazy("Calendar"), "calendar-days"),
    Place("clients:renewals", gettext_lazy("Renewals"), "refresh-cw"),
    Place("clients:receivables", gettext_lazy("Receivables"), "receipt-text"),
    Place("clients:issues", gettext_lazy("Issues"), "circle-alert"),
    Place("clients:deals", gettext_lazy("Deals"), "sprout"),
    Place("clients:requests", gettext_lazy("Requests"), "messages-square"),
    Place("clients:approvals", gettext_lazy("Approvals"), "badge-check"),
    Place("relationships:portfolio", gettext_lazy("Portfolio"), "chart-column", access.may_see_portfolio),
    Place(
        "relationships:escalations", gettext_lazy("Escalations"), "arrow-up-right", access.may_see_portfolio
    ),
    Place("relationships:assignments", gettext_lazy("Assignments"), "arrow-left-right", access.may_assign),
    Place("relationships:scoring_model", gettext_lazy("Health score"), "heart-pulse", access.may_set_up),
    Place("relationships:rules", gettext_lazy("Follow-up rules"), "list-checks", access.may_set_up),
    Place("relationships:deliveries", gettext_lazy("Deliveries"), "mail-check", access.may_set_up),
    Place("clients:setup", gettext_lazy("Setup"), "settings", access.may_set_up),
    Place("clients:new", gettext_lazy("New client"), "plus", access.may_assign),
    Place("relationships:reminders", gettext_lazy("Reminders"), "bell"),
    Place("relationships:absences", gettext_lazy("Leave"), "tree-palm"),
    Place("relationships:ratings", gettext_lazy("Your view of your clients"), "smile"),
    Place("clients:whitespace", gettext_lazy("Whitespace"), "layout-grid"),
    Place("relationships:keys", gettext_lazy("Keys"), "keyboard"),
)
LOG = Deed("relationships:log_for_client", gettext_lazy("Log a contact"), "plus")
PLAN = Deed("relationships:follow_up_new", gettext_lazy("Plan a follow-up"), "calendar-plus")
DEEDS = (
    LOG,
    PLAN,
    Deed("relationships:note_new", gettext_lazy("New note"), "sticky-note"),
    Deed("clients:contact_new", gettext_lazy("New contact"), "user-round-plus"),
    Deed("clients:issue_new", gettext_lazy("New issue"), "circle-alert"),
    Deed("clients:request_new", gettext_lazy("Ask a department"), "messages-square"),
    Deed("clients:deal_new", gettext_lazy("New deal"), "sprout"),
    Deed("clients:contract_new", gettext_lazy("New contract"), "file-plus", in_sheet=False),
    Deed("clients:invoice_new", gettext_lazy("New invoice"), "receipt-text"),
)


@lru_cache(maxsize=256)
def _written(text):
    """A lazy text in each language of Tend, in lower case."""
    said = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.append(str(text).casefold())
    return " ".join(said)


@lru_cache(maxsize=256)
def _in_every_language(text):
    """A lazy text as plain words, in each language of Tend."""
    return plain(_written(text))


def places_for(user, words):
    """Commands to pages that `user` may open and that have each of `words`; all of them where there are none."""
    found = [place for place in PLACES if place.open_to(user) and _asked_for(place, words)]
    return [Command(str(place.label), place.icon, reverse(place.route)) for place in found]


def _asked_for(place, words):
    """Each word begins one of the place's, or of "go to", which alone names no place."""
    named = [word for word in words if begins_a_word(plain(word), _in_every_language(place.label))]
    joining = [word for word in words if word not in named and _is_one_of(word, GO)]
    return not words or (bool(named) and len(named) + len(joining) == len(words))


def _is_one_of(word, text):
    """With its accents, where it has any: the "to" of a command is not the Tô of a client."""
    word = word.casefold()
    return word in (_in_every_language(text) if word == plain(word) else _written(text)).split()


def deeds_asked_for(words):
    """[(deed, the words left for a client)] of the deeds that the first of `words` name, the best named first."""
    found = []
    for deed in DEEDS:
        named = _how_many_name(deed, words)
        if named:
            left = words[named:]
            while left and _is_one_of(left[0], JOINING):
                left = left[1:]
            found.append((named, deed, left))
    most = max((named for named, _deed, _left in found), default=0)
    return [(deed, left) for named, deed, left in found if named == most]


def _how_many_name(deed, words):
    """How many of the first words begin words of the deed's, before the first that does not."""
    said = _in_every_language(deed.label)
    for number, word in enumerate(words):
        if not begins_a_word(plain(word), said):
            return number
    return len(words)


def for_client(deed, client_id, name):
    """The command that begins `deed` for the client."""
    return Command(
        str(deed.label), deed.icon, reverse(deed.route, args=[client_id]), of=name, in_sheet=deed.in_sheet
    )


def to_be_completed(deed):
    """The command that waits for a client: it puts its own words into the search. The log has a place to choose at."""
    if deed is LOG:
        return Command(str(deed.label), deed.icon, reverse("relationships:log"), in_sheet=True)
    fill = f"{deed.label} "
    label = _("%(deed)s for …") % {"deed": deed.label}
    return Command(label, deed.icon, f"{reverse('relationships:search')}?q={fill}", fill=fill)

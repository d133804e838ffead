"""What the address of the client list says: its known words in one order, and in words for people."""

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.filter_bar import FLAGS
from clients.filters import ClientFilter, column_names
from clients.list_columns import COLUMNS
from clients.places import countries

LONGEST_QUERY = 2000
WORDS = (*ClientFilter.base_filters, "sort", "cols")
# Filters whose value is a row: only what kind of filter it is can be said without asking for the row.
ROWS = {"lead": _("A lead"), "team": _("A team"), "tag": _("A tag")}
ORDERS = {
    "-name": _("by name, Z first"),
    "revenue": _("by revenue, smallest first"),
    "-revenue": _("by revenue"),
    "health": _("by health, worst first"),
    "-health": _("by health, best first"),
    "last": _("by last contact, longest ago first"),
    "-last": _("by last contact, latest first"),
    "due": _("by contact due"),
    "-due": _("by contact due, latest first"),
    "next": _("by next step"),
    "-next": _("by next step, latest first"),
}


def parsed(text):
    """A query string as a QueryDict."""
    return QueryDict(text.removeprefix("?"))


def normal_query(query):
    """The query string of `query` (a QueryDict) with the known words alone, in one order, without the page.

    Two ways to write the same view are one text; what is the rule unless said otherwise is left out.
    """
    kept = []
    for name in WORDS:
        value = ".".join(columns_in(query)) if name == "cols" else query.get(name, "")
        if value and (name, value) != ("sort", "name"):
            kept.append((name, value))
    return urlencode(kept)


def columns_in(query):
    """The names of the columns that `query` (a QueryDict) asks for, in the list's own order; () for the usual ones."""
    asked = column_names(query.getlist("cols"))
    return tuple(name for name in COLUMNS if name in asked)


def columns_of(text):
    """The same of a query string."""
    return columns_in(parsed(text))


def in_words(text):
    """What a saved query shows, for people: ["At risk", "A lead", "by revenue"]. No query of its own."""
    query, words = parsed(text), []
    for name in WORDS:
        value = query.get(name, "")
        if value and (found := _word(name, value, query)):
            words.append(found)
    return words


def _word(name, value, query):
    if name in ROWS:
        return ROWS[name]
    if name == "q":
        return f"“{value}”"
    if name == "sort":
        return ORDERS.get(value, "")
    if name == "cols":
        count = len(columns_in(query))
        return ngettext("%(n)s column", "%(n)s columns", count) % {"n": count}
    if name in FLAGS:
        return ClientFilter.base_filters[name].label
    if name == "country":
        return dict(countries()).get(value, value)
    choices = dict(ClientFilter.base_filters[name].extra.get("choices", ()))
    return choices.get(value, value)

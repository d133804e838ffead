"""What a search shows: groups of rows and commands, the likeliest first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import commands, queries
from .shown import hit_of_command, hit_of_row, label_of
from .words import words_of

BRIEF, FULL = 5, 25  # rows of a kind: in the dialog, on the page
RECENT = 8


@dataclass(frozen=True)
class Group:
    name: str
    label: str
    hits: list


def find(user, *, text, brief, here=None, recent=()):
    """The `Group`s for what was typed; without a word, what was open lately and what can be done.

    `here` is the id of the client whose page is open, `recent` the (kind, id) pairs of pages opened lately. At most
    five queries.
    """
    words = words_of(text)
    if not words:
        return _before_typing(user, here, recent)
    size = BRIEF if brief else FULL
    rows = queries.having(user, text, size=size)
    found = [*_deeds(user, words, here), *commands.places_for(user, words)][: commands.COMMANDS_OFFERED]
    # A client may be called as a command begins ("Hoa Sen", "hóa đơn"): whoever has the words goes first.
    commands_first = bool(found) and not rows
    if not rows and not found and not _is_number(text):
        rows = queries.alike(user, text, size=size)
    books, deeds = _by_kind(rows, words, size), _group_of(found or _for_the_first(rows))
    return deeds + books if commands_first else books + deeds


def _before_typing(user, here, recent):
    lately = queries.named(user, recent[:RECENT]) if recent else []
    label = _("Opened lately")
    if not lately:
        lately, label = queries.logged_last(user, size=RECENT), _("You logged for them last")
    groups = [Group("recent", label, [hit_of_row(row, []) for row in lately])] if lately else []
    about = queries.client_to_change(user, here) if here else []
    if about:
        deeds = [commands.for_client(deed, *about[0]) for deed in commands.DEEDS]
        groups.insert(0, Group("here", _("For this client"), list(map(hit_of_command, deeds))))
    places = commands.places_for(user, [])
    return [*groups, Group("places", _("Go to"), list(map(hit_of_command, places)))]


def _deeds(user, words, here):
    """What the first words name to do, for the clients that the others name, else for the one that is open. A query
    only where the words name something to do."""
    asked = commands.deeds_asked_for(words)
    if not asked:
        return []
    left = asked[0][1]
    if left:
        clients = queries.clients_to_change(user, left, size=commands.CLIENTS_OFFERED)
        return [commands.for_client(deed, *client) for client in clients for deed, _words in asked]
    about = queries.client_to_change(user, here) if here else []
    if about:
        return [commands.for_client(deed, *about[0]) for deed, _words in asked]
    return [commands.to_be_completed(deed) for deed, _words in asked]


def _for_the_first(rows):
    """Logging and planning for the client that was found first, where the reader may."""
    client = next((row for row in rows if row.kind == "client"), None)
    if client is None or not client.facts["may_change"]:
        return []
    return [commands.for_client(deed, client.pk, client.title) for deed in (commands.LOG, commands.PLAN)]


def _is_number(text):
    """More digits than letters: another number is another thing, however alike they look."""
    return sum(letter.isdigit() for letter in text) > sum(letter.isalpha() for letter in text)


def _by_kind(rows, words, size):
    groups = []
    for kind in queries.SOURCE_OF:
        hits = [hit_of_row(row, words) for row in rows if row.kind == kind][:size]
        if hits:
            groups.append(Group(kind, label_of(kind), hits))
    return groups


def _group_of(found):
    hits = list(map(hit_of_command, found))
    return [Group("commands", _("Commands"), hits)] if hits else []

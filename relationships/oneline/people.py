"""Which contacts a line names: by name, by title, or by the part that one alone plays."""

from dataclasses import dataclass
from functools import lru_cache

from relationships.oneline import vocabulary as words
from relationships.oneline.patterns import composed, tidy, whole


@dataclass(frozen=True)
class Mention:
    """A contact and where they are named, with the `lead` in to them ("với anh ")."""

    contact: object
    start: int
    end: int
    lead: str


def first_mention(clause, contacts):
    """The first `Mention` in a clause, the longest of those that begin there; None without one."""
    found = [mention for contact in contacts for mention in _mentions(clause, contact, contacts)]
    return min(found, key=lambda mention: (mention.start, -mention.end), default=None)


def _mentions(clause, contact, contacts):
    for expression, is_bare in _ways_to_name(contact, contacts):
        for match in whole(_with_lead_in(expression)).finditer(clause.text):
            if not is_bare or match["lead"] or clause.typed[match.start("who")].isupper():
                yield Mention(contact, match.start(), match.end(), match["lead"])


def _with_lead_in(expression):
    lead = f"(?P<lead>(?:(?:{words.BEFORE_PEOPLE}) )?(?:(?:{words.HONORIFICS}) |the )?)"
    return f"{lead}(?P<who>{expression})"


def _ways_to_name(contact, contacts):
    """(expression, whether it is a single name, which may be a word of the language as well)."""
    name = _escaped(contact.name)
    if name:
        yield name, False
    given = _escaped(contact.given_name) or name.split(" ")[-1]
    if given and _is_alone(contact, contacts, "given_name"):
        yield given, True
    if contact.title and _is_alone(contact, contacts, "title"):
        yield _escaped(contact.title), False
        yield from ((part, False) for part in _parts_of_title(contact.title))
    expression = dict(words.ROLES).get(contact.role)
    if expression and _is_alone(contact, contacts, "role"):
        yield expression, False


def _is_alone(contact, contacts, name):
    """Whether no other contact has the same, so that nobody is guessed."""
    value = tidy(getattr(contact, name) or "")
    return sum(tidy(getattr(other, name) or "") == value for other in contacts) == 1


def _parts_of_title(title):
    """`phòng mua hàng` of `Trưởng phòng mua hàng`: a title without who heads it."""
    short = tidy(composed(title))
    for head in ("trưởng ", "phó ", "head of ", "vp of ", "director of "):
        if short.startswith(head):
            yield _escaped(short[len(head) :])


@lru_cache(maxsize=1024)
def _escaped(text):
    """A name as an expression: its letters and figures, anything else a gap."""
    letters = (letter if letter.isalnum() else " " for letter in tidy(composed(text or "")))
    return " ".join("".join(letters).split())

"""One typed line, read into the fields of the log sheet. Pure: rules and a date library, no query, no service.

`gọi kế toán trưởng hôm qua về gia hạn, tích cực, hẹn lại 2 tuần nữa` is a call of yesterday with the chief accountant,
positive, about the renewal, and again in two weeks. A line is read clause by clause: each rule takes its words out, and
what nobody took stays as the note. Called by views.log; the sheet shows every field that was filled.
"""

import datetime
import re
from dataclasses import dataclass, field

from accounts import working_time
from relationships.oneline import days, people
from relationships.oneline import vocabulary as words
from relationships.oneline.patterns import composed, tidy, whole

MOST_LETTERS = 500  # longer is a note, not a line
OPEN_DAYS_BACK = 60  # a date without a year that lies longer ago was meant otherwise
_CLAUSES = re.compile(r"[,;\n]+|\.(?=\s|$)|(?<!step)(?<!theo):(?=\s|$)")
_EDGES = " \t\n:,;.-–"


@dataclass
class Understood:
    """What a line says; None, empty or "" where it says nothing. `contacts` are ids, `next_on` a working day."""

    kind: str | None = None
    direction: str | None = None
    reached: bool | None = None
    on: datetime.date | None = None
    at: datetime.time | None = None
    contacts: list = field(default_factory=list)
    sentiment: int | None = None
    minutes: int | None = None
    next_on: datetime.date | None = None
    next_step: str = ""
    summary: str = ""


def read_line(text, *, now, contacts=()):
    """What `text` says, as `Understood`. `now` is local and may be naive; `contacts` are people of the client with pk,
    name, given_name, title and role."""
    text = composed(text)[:MOST_LETTERS]
    found, rest = Understood(), []
    clauses = [Clause(part) for part in _CLAUSES.split(text) if part.strip(_EDGES)]
    for clause in clauses:
        if not _read_next_step(clause, found, now.date(), contacts):
            _read_touch(clause, found, now.date(), contacts)
            rest.append(clause.rest())
    found.summary = ", ".join(part for part in rest if part)
    return found


class Clause:
    """A stretch of the line: `text` in lower case, with what was taken blanked out, and as it was typed."""

    def __init__(self, typed):
        self.typed, self.text = typed, tidy(typed)
        self.is_theirs = self.is_from = False  # somebody at the client stands first; something came from one

    def take(self, expression):
        """Finds and blanks the first match of an expression; returns it or None."""
        match = whole(expression).search(self.text)
        if match:
            self.blank(*match.span())
        return match

    def blank(self, start, end):
        hole = " " * (end - start)
        self.text = self.text[:start] + hole + self.text[end:]
        self.typed = self.typed[:start] + hole + self.typed[end:]

    def has(self, expression):
        return whole(expression).search(self.text) is not None

    def starts_with(self, expression):
        return whole(expression).match(self.text.lstrip()) is not None

    def rest(self):
        """What nobody took, without what led in to something that was."""
        left = " ".join(self.typed.split())
        while True:
            shorter = left.strip(_EDGES)
            lower = tidy(shorter)
            if match := whole(words.LEADS_IN).match(lower):
                shorter = shorter[match.end() :]
            elif match := whole(f"(?:{words.TRAILS_OFF})$").search(lower):
                shorter = shorter[: match.start()]
            if shorter == left:
                return left
            left = shorter


def _read_next_step(clause, found, today, contacts):
    """Whether the clause says what is to be done next, and when: a day ahead, and nobody else who is to do it."""
    if found.next_on or _is_about_others(clause, contacts):
        return False
    day = days.find_day(clause.text, today, ahead=True)
    if day is None or not day.ahead:
        return False
    if not clause.has(words.STEP_TRIGGERS) and _is_touch(clause, day, found):
        return False
    found.next_on = working_time.working_day_on_or_after(day.day)
    clause.blank(*day.span)
    while clause.take(words.STEP_WORDS):
        pass
    step = clause.rest()
    found.next_step = "" if tidy(step) in words.BARE_STEPS else step
    return True


def _is_about_others(clause, contacts):
    """Whether the clause begins with somebody at the client: what they will do is not ours."""
    if clause.starts_with(words.OTHERS) or clause.has(words.THEY_WILL) and not clause.has(words.WE_WILL):
        return True
    mention = people.first_mention(clause, contacts)
    return mention is not None and not clause.text[: mention.start].strip()


def _is_touch(clause, day, found):
    """Whether a clause with a day that may lie ahead tells of the touch: nothing but times, or its first verb."""
    left = Clause(clause.typed)
    left.blank(*day.span)
    for rule in (days.find_time, days.find_minutes):
        if taken := rule(left.text):
            left.blank(*taken[1])
    is_open = days.find_day(
        clause.text, day.day, ahead=False
    )  # a weekday or date that may be meant the other way
    return not left.rest() or (found.kind is None and is_open is not None and not is_open.ahead)


def _read_touch(clause, found, today, contacts):
    _take_people(clause, found, contacts)
    if clause.take(words.NOT_REACHED):
        found.reached = False
    _take_day(clause, found, today)
    _take_lengths(clause, found)
    _take_sentiment(clause, found)
    if found.kind is None:
        _take_kind(clause, found)


def _take_people(clause, found, contacts):
    """Takes the contacts that are named. A later clause that begins with one keeps the name: it says who did what."""
    while (mention := people.first_mention(clause, contacts)) is not None:
        if mention.contact.pk not in found.contacts:
            found.contacts.append(mention.contact.pk)
        clause.is_from |= whole(words.FROM).match(mention.lead) is not None
        if not clause.text[: mention.start].strip():
            clause.is_theirs = True
            if found.kind is not None:
                return
        clause.blank(mention.start, mention.end)


def _take_day(clause, found, today):
    if found.on is None:
        day = days.find_day(clause.text, today, ahead=False)
        if day and not day.ahead and not _is_deadline(clause, day, today):
            found.on = day.day
            taken = days.find_time(clause.text)
            if taken:
                found.at = taken[0]
                clause.blank(*taken[1])
                day = days.find_day(clause.text, today, ahead=False)
            clause.blank(*day.span)
    if found.at is None and (taken := days.find_time(clause.text)):
        found.at = taken[0]
        clause.blank(*taken[1])


def _is_deadline(clause, day, today):
    """Whether a day is one by which something is due, or that they named: not that of the touch."""
    if not day.is_open:
        return False
    by = whole(f"(?:{words.UNTIL})$").search(clause.text[: day.span[0]].rstrip())
    within = whole(words.UNTIL).match(clause.text[day.span[0] :])
    return bool(by or within or clause.has(words.THEY_WILL) or (today - day.day).days > OPEN_DAYS_BACK)


def _take_lengths(clause, found):
    if found.minutes is None and (taken := days.find_minutes(clause.text)):
        found.minutes = taken[0]
        clause.blank(*taken[1])


def _take_sentiment(clause, found):
    if found.sentiment is not None:
        return
    for value, expression in words.COMPLAINS:
        if clause.has(expression):
            found.sentiment = value
            return
    for value, expression in words.SENTIMENTS:
        if clause.take(f"(?:{words.SUBJECTS} )?(?:{expression})"):
            found.sentiment = value
            return


def _take_kind(clause, found):
    kind, match = _kind_of(clause)
    if kind is None:
        return
    found.kind = kind
    said = clause.text[match.start() :]
    if _comes_in(clause, kind):
        found.direction = "in"
    elif whole(words.GOES_OUT).match(said):
        found.direction = "out"
    clause.blank(*match.span())
    if kind in ("event", "gift", "review"):  # the verb beside the noun: met at, invited to, sent
        clause.take("(?:đã )?(?:gặp|mời|họp|met|invited|sent|gửi)")
    clause.take(words.ARRIVES if kind == "call" and found.direction == "in" else words.CHANNELS)
    clause.take(words.CHANNELS)


def _kind_of(clause):
    """(kind, match) of the word that says what the touch was, or (None, None)."""
    for kind, expression in words.STRONG_KINDS:
        if match := whole(expression).search(clause.text):
            return kind, match
    matches = [(kind, whole(expression).search(clause.text)) for kind, expression in words.KINDS]
    return min(
        ((kind, match) for kind, match in matches if match),
        key=lambda found: (found[1].start(), -found[1].end()),
        default=(None, None),
    )


def _comes_in(clause, kind):
    """Whether they turned to us: somebody at the client stands first, or a word says so."""
    if clause.has(words.COMES_IN):
        return True
    if kind in ("email", "message") and clause.is_from:
        return True
    if kind not in ("call", "email", "message"):
        return False
    return clause.is_theirs or clause.starts_with(words.OTHERS) and clause.take(words.OTHERS) is not None

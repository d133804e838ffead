"""The lines of a report: drafted from data in the report's language, then edited by the account manager.

Content is {section: [line, …]} with the names of SECTIONS, and nothing else. A page holds MOST_ROWS printed rows.
"""

import math

from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts.templatetags.tend import day as written_day
from accounts.templatetags.tend import number
from relationships.models import InteractionKind

from . import queries

# In the order of the page, with the heading that the client reads.
SECTIONS = {
    "words": gettext_lazy("A word from us"),
    "delivered": gettext_lazy("What was delivered"),
    "meetings": gettext_lazy("Where we met"),
    "issues": gettext_lazy("What was settled"),
    "open": gettext_lazy("What is open"),
    "next": gettext_lazy("What comes next"),
}
LINE_LENGTH = 300
LETTERS_A_ROW = 88  # of the smallest type that the template uses
MOST_ROWS = 36
DRAFTED_LINES = {"delivered": 8, "meetings": 7, "issues": 7, "open": 7, "next": 5}


def draft_content(client, period: queries.Period, *, language):
    """The content as the data has it, in `language`. Eleven queries."""
    with translation.override(language):
        drafts = {
            "delivered": _delivered(client, period),
            "meetings": _meetings(client, period),
            "issues": _issues(client, period),
            "open": _open(client, period),
            "next": _next(client, period),
        }
        return {"words": []} | {name: _shortened(lines, name) for name, lines in drafts.items()}


def _shortened(lines, section):
    most = DRAFTED_LINES[section]
    if len(lines) > most:
        count = len(lines) - most + 1
        rest = ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count}
        lines = [*lines[: most - 1], rest]
    return [line[:LINE_LENGTH] for line in lines]


def _delivered(client, period):
    dated = [(row["done_on"], _milestone(row)) for row in queries.delivered(client, period)]
    for row in queries.begun_contracts(client, period):
        values = {"number": row["number"], "title": row["title"], "day": written_day(row["starts_on"])}
        text = gettext("Contract %(number)s, %(title)s, in force since %(day)s") % values
        dated.append((row["starts_on"], text))
    for row in queries.orders(client, period):
        values = {"product": row["name"], "day": written_day(row["closed_on"])}
        dated.append((row["closed_on"], gettext("%(product)s, ordered on %(day)s") % values))
    return [text for _day, text in sorted(dated, key=lambda entry: entry[0])]


def _milestone(row):
    values = {"title": row["title"], "day": written_day(row["done_on"])}
    if row["accepted_on"] is None:
        return gettext("%(title)s, delivered on %(day)s") % values
    values["accepted"] = written_day(row["accepted_on"])
    return gettext("%(title)s, delivered on %(day)s and accepted on %(accepted)s") % values


def _meetings(client, period):
    lines = []
    for row in queries.meetings(client, period):
        values = {"kind": InteractionKind(row["kind"]).label, "day": written_day(row["occurred_on"])}
        values["people"] = ", ".join(row["people"])
        text = (
            gettext("%(kind)s on %(day)s with %(people)s")
            if row["people"]
            else gettext("%(kind)s on %(day)s")
        )
        lines.append(text % values)
    if calls := queries.count_calls(client, period):
        text = ngettext("%(count)d telephone call", "%(count)d telephone calls", calls)
        lines.append(text % {"count": calls})
    return lines


def _issues(client, period):
    return [_settled(row) for row in queries.settled_issues(client, period)]


def _settled(row):
    values = {
        "title": row["title"],
        "opened": written_day(row["opened_on"]),
        "resolved": written_day(row["resolved_on"]),
        "hours": number(round(row["seconds"] / 3600, 1)),
        "rating": row["satisfaction"],
    }
    if row["satisfaction"] is None:
        text = gettext("%(title)s: opened on %(opened)s, settled on %(resolved)s in %(hours)s working hours")
    else:
        text = gettext(
            "%(title)s: opened on %(opened)s, settled on %(resolved)s in %(hours)s working hours, "
            "which you rated %(rating)d of 5"
        )
    return text % values


def _open(client, period):
    lines = []
    for row in queries.open_milestones(client, period.last):
        values = {"title": row["title"], "day": written_day(row["done_on"] or row["due_on"])}
        if row["done_on"]:
            lines.append(gettext("%(title)s: delivered on %(day)s, your acceptance is awaited") % values)
        else:
            lines.append(gettext("%(title)s: due on %(day)s") % values)
    for row in queries.open_promises(client):
        text = gettext("%(text)s, by %(day)s") if row["due_on"] else "%(text)s"
        lines.append(text % {"text": row["text"], "day": written_day(row["due_on"])})
    for row in queries.open_issues(client, period.last):
        values = {"title": row["title"], "day": written_day(row["opened_on"])}
        lines.append(gettext("%(title)s: in work since %(day)s") % values)
    return lines


def _next(client, period):
    lines = [
        gettext("Kick-off meeting by %(day)s") % {"day": written_day(day)}
        for day in queries.coming_kick_offs(client)
    ]
    for row in queries.coming_milestones(client, period.last):
        lines.append(
            gettext("%(title)s by %(day)s") % {"title": row["title"], "day": written_day(row["due_on"])}
        )
    return lines


def read_content(content):
    """The content as lists of texts by section, whatever shape the stored row has."""
    content = content if isinstance(content, dict) else {}
    return {name: [str(line) for line in content.get(name) or []] for name in SECTIONS}


def rows_printed(content):
    """How many rows the lines take on the page at most."""
    lines = [line for section in read_content(content).values() for line in section]
    return sum(max(1, math.ceil(len(line) / LETTERS_A_ROW)) for line in lines)


def is_empty(content):
    return not any(read_content(content).values())

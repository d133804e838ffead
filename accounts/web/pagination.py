"""Keyset pages: each starts behind a key, so page 400 costs what page 1 costs."""

import base64
import binascii
import json
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q


@dataclass
class Page:
    """`rows` of one page and the cursors of its neighbours ("" where there is none)."""

    rows: list
    next_cursor: str = ""
    previous_cursor: str = ""

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def encode_cursor(values):
    """The keys of a row as text for an address. A raw statement that pages itself uses these two as well."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor, length):
    """The `length` values of a cursor, or None for one that was made by hand."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None
    fits = isinstance(values, list) and len(values) == length and all(map(_is_key, values))
    return values if fits else None


def _is_key(value):
    """What a column can be compared with; PostgreSQL takes no NUL byte and no half of a surrogate pair."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, (int, float))


def _beyond(keys, values, backwards):
    """Rows strictly behind `values` in the order `keys` ("-name" descends): a lexicographic comparison.

    Null values sort last in both directions of a forward page; keys must therefore not be null,
    except through an expression that fills them (see the callers).
    """
    condition, equal = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        name = key.lstrip("-")
        smaller = key.startswith("-") != backwards
        condition |= equal & Q(**{f"{name}__{'lt' if smaller else 'gt'}": value})
        equal &= Q(**{name: value})
    # Follows from the above, but only as a condition of its own does it bound the index scan.
    first = keys[0].lstrip("-")
    bound = "lte" if keys[0].startswith("-") != backwards else "gte"
    return condition & Q(**{f"{first}__{bound}": values[0]})


def keyset_page(queryset, *, keys, cursor="", size=50):
    """One `Page` of `queryset` ordered by `keys`, whose last must be unique. One query of size + 1 rows.

    `cursor` is what an earlier page gave ("b" in front goes back); one that cannot be read gives page one.
    """
    backwards, values = cursor.startswith("b"), None
    if cursor:
        values = decode_cursor(cursor[1:], len(keys))
    if values is None:
        backwards = False
    else:
        try:
            queryset = queryset.filter(_beyond(keys, values, backwards))
        except (ValidationError, ValueError, TypeError):  # a cursor made by hand: page one
            backwards, values = False, None
    order = [(k[1:] if k.startswith("-") else f"-{k}") if backwards else k for k in keys]
    rows = list(queryset.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    ends = [encode_cursor([getattr(row, k.lstrip("-")) for k in keys]) for row in (rows[:1] + rows[-1:])]
    has_next, has_previous = (True, more) if backwards else (more, values is not None)
    return Page(
        rows,
        next_cursor=f"n{ends[1]}" if rows and has_next else "",
        previous_cursor=f"b{ends[0]}" if rows and has_previous else "",
    )

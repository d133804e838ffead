"""Dates as a file writes them, by a pattern such as DD/MM/YYYY."""

import datetime
import re

from django.utils.translation import gettext as _

# A day, a month and an hour may come without their leading zero.
PARTS = {
    "YYYY": r"\d{4}",
    "MM": r"\d{1,2}",
    "DD": r"\d{1,2}",
    "hh": r"\d{1,2}",
    "mm": r"\d{2}",
    "ss": r"\d{2}",
}
_PARTS = re.compile("|".join(PARTS))
MOST_CHARACTERS = 40


class DateFormat:
    """Made of YYYY, MM, DD, hh, mm, ss and the signs between them; the time of day is read and dropped.

    Raises ValueError unless year, month and day are named once each.
    """

    def __init__(self, pattern):
        named = _PARTS.findall(pattern)
        if (
            len(pattern) > MOST_CHARACTERS
            or len(set(named)) < len(named)
            or not {"YYYY", "MM", "DD"} <= set(named)
        ):
            raise ValueError(_("“%s” is no date format such as DD/MM/YYYY") % pattern[:MOST_CHARACTERS])
        self.pattern = pattern
        signs = [re.escape(sign) for sign in _PARTS.split(pattern)]
        pieces = [f"(?P<{part}>{PARTS[part]})" for part in named]
        self._regex = re.compile("".join(map("".join, zip(signs, [*pieces, ""], strict=True))), re.ASCII)

    def read(self, text):
        """The date, or None where `text` is not one written this way."""
        match = self._regex.fullmatch(text)
        if match is None:
            return None
        try:
            return datetime.date(int(match["YYYY"]), int(match["MM"]), int(match["DD"]))
        except ValueError:
            return None

"""The columns of an imported book: what each may hold, and which slips are corrected.

A parser takes the text of a cell and returns (value, correction): the correction is a sentence for the report,
empty where the text was taken as it stood. What cannot be understood raises BadValue with the reason.
"""

import datetime
import difflib
import functools
import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.web.forms import EARLIEST, validate_plain_text
from clients.models import DealStage

LATEST = datetime.date(2100, 12, 31)
MOST_WHOLE = 2_147_483_647
INDUSTRIES = [
    "Employment",
    "Entertainment",
    "Finance",
    "Marketing",
    "Medical",
    "Retail",
    "Services",
    "Software",
    "Technology",
    "Telecommunications",
]
# Names that the territory list spells otherwise.
COUNTRY_NAMES = {
    "Korea": "KR",
    "USA": "US",
    "UK": "GB",
    "Viet Nam": "VN",
    "Czech Republic": "CZ",
    "Turkey": "TR",
}
# How alike a misspelt word must be to a known one: one letter in nine may differ.
ALIKE = 0.9
STAGES = {
    "won": DealStage.WON,
    "lost": DealStage.LOST,
    "engaging": DealStage.OPEN,
    "prospecting": DealStage.OPEN,
}
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,10}", re.ASCII)


class BadValue(Exception):
    """Why a cell cannot be understood."""


@dataclass(frozen=True)
class Table:
    """A file, its columns with their parsers, and why Tend does not use some others."""

    file: str
    columns: dict
    not_used: dict = field(default_factory=dict)
    delimiter: str = ","


def text(most, *, required=False):
    """Up to `most` characters of plain text; spaces are tidied and letters composed (NFC)."""

    def parse(raw):
        clean = " ".join(unicodedata.normalize("NFC", raw).split())
        validate_plain_text(clean)
        if required and not clean:
            raise BadValue(_("must not be empty"))
        if len(clean) > most:
            raise BadValue(_("longer than %s characters") % most)
        return clean, "" if clean == raw else _("spaces or accents tidied: %s") % quoted(clean)

    return parse


def date(raw):
    """M/D/YYYY, or empty."""
    raw = raw.strip()
    if not raw:
        return None, ""
    match = _DATE.fullmatch(raw)
    if match:
        month, day, year = map(int, match.groups())
        try:
            value = datetime.date(year, month, day)
        except ValueError:
            match = None
    if not match:
        raise BadValue(_("%s is not a date written month/day/year") % quoted(raw))
    if not EARLIEST <= value <= LATEST:
        raise BadValue(_("%s is not a year of business") % quoted(raw))
    return value, ""


def amount(raw):
    """Money of at least 0 with at most two decimals, or empty."""
    raw = raw.strip()
    if not raw:
        return None, ""
    if raw.startswith("-"):
        raise BadValue(_("%s is negative") % quoted(raw))
    if not _AMOUNT.fullmatch(raw):
        raise BadValue(_("%s is not an amount such as 1234.50") % quoted(raw))
    return Decimal(raw), ""


def price(raw):
    value, correction = amount(raw)
    if value is None:
        raise BadValue(_("must not be empty"))
    return value, correction


def whole_number(raw):
    raw = raw.strip()
    if not raw:
        return None, ""
    if not _WHOLE.fullmatch(raw) or int(raw) > MOST_WHOLE:
        raise BadValue(_("%s is not a whole number") % quoted(raw))
    return int(raw), ""


def stage(raw):
    value = STAGES.get(raw.strip().lower())
    if value is None:
        raise BadValue(_("%s is not one of Won, Lost, Engaging, Prospecting") % quoted(raw))
    return value, ""


def industry(raw):
    """A known industry, corrected where it is nearly one; others stay as they are, with a capital."""
    clean, correction = text(80)(raw)
    if not clean:
        return "", correction
    name = clean[0].upper() + clean[1:]
    known = _nearly(name, INDUSTRIES)
    if known and known != name:
        return known, _("%(found)s read as %(meant)s") % {"found": quoted(clean), "meant": known}
    return name, correction


def country(raw):
    """The two-letter code of a country's English name, corrected where it is nearly one."""
    clean, correction = text(80)(raw)
    if not clean:
        return "", correction
    names = _country_names()
    code = names.get(clean.casefold())
    if code:
        return code, correction
    known = COUNTRY_NAMES.get(clean) or names.get(_nearly(clean.casefold(), list(names)))
    if not known:
        raise BadValue(_("%s is not a country that we know by its English name") % quoted(clean))
    meant = f"{Locale('en').territories[known]} ({known})"
    return known, _("%(found)s read as %(meant)s") % {"found": quoted(clean), "meant": meant}


@functools.cache
def _country_names():
    """English names in lower case, of countries only: codes of two letters without unions and unknowns."""
    territories = Locale("en").territories
    unions = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    return {
        n.casefold(): c for c, n in territories.items() if re.fullmatch("[A-Z]{2}", c) and c not in unions
    }


def _nearly(name, known):
    """The one known word that `name` must have meant, or None."""
    alike = difflib.get_close_matches(name, known, n=2, cutoff=ALIKE)
    return alike[0] if alike and (len(alike) == 1 or alike[0] == name) else None


def quoted(raw):
    """At most 40 characters of what was found, without breaking the line of the report."""
    shown = "".join(c if c.isprintable() else "�" for c in raw[:40])
    return f"“{shown}…”" if len(raw) > 40 else f"“{shown}”"


ACCOUNTS = Table(
    "accounts.csv",
    {
        "account": text(200, required=True),
        "sector": industry,
        "employees": whole_number,
        "office_location": country,
        "subsidiary_of": text(200),
    },
    {
        "revenue": gettext_lazy("the client's own revenue in millions, not what they pay us"),
        "year_established": gettext_lazy("Tend does not keep the year in which a client was founded"),
    },
)
TEAMS = Table(
    "sales_teams.csv",
    {
        "sales_agent": text(120, required=True),
        "manager": text(120, required=True),
        "regional_office": text(80, required=True),
    },
)
PRODUCTS = Table(
    "products.csv",
    {"product": text(40, required=True), "series": text(60), "sales_price": price},
)
SALES = Table(
    "sales_pipeline.csv",
    {
        "opportunity_id": text(200, required=True),
        "sales_agent": text(120, required=True),
        "product": text(120, required=True),
        "account": text(200),
        "deal_stage": stage,
        "engage_date": date,
        "close_date": date,
        "close_value": amount,
    },
)

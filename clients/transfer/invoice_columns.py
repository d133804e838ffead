"""The parsers of a file of invoices, made of its mapping. For the rules of a parser see clients.transfer.columns."""

import functools
import re
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.web.forms import EARLIEST

from .columns import LATEST, BadValue, Table, country, quoted, text

FLAGS = ("disputed", "credit_note")


def roles_of(mapping):
    """{role: column}, the flags among them."""
    flags = {"disputed": mapping.disputed.column, "credit_note": mapping.credit_notes.column}
    return mapping.columns | {role: column for role, column in flags.items() if column}


def table_of(mapping, file):
    """The columns.Table of a file read by this mapping."""
    parsers = {
        "number": text(60, required=True),
        "client": text(200, required=True),
        "client_name": text(200),
        "country": country_parser(mapping.countries),
        "issued": date_parser(mapping.date, required=True),
        "due": date_parser(mapping.date),
        "settled": date_parser(mapping.date),
        "amount": amount_parser(mapping, required=True),
        "tax": amount_parser(mapping),
        "currency": currency_parser(mapping.currency),
        "disputed": flag_parser(mapping.disputed),
        "credit_note": flag_parser(mapping.credit_notes),
    }
    columns = {column: parsers[role] for role, column in roles_of(mapping).items()}
    return Table(file, columns, mapping.not_used, mapping.delimiter)


def date_parser(date_format, *, required=False):
    """A date in the format of the file, or empty."""

    @functools.lru_cache(maxsize=4096)  # a file has few days and many lines
    def parse(raw):
        clean = raw.strip()
        if not clean:
            if required:
                raise BadValue(_("must not be empty"))
            return None, ""
        value = date_format.read(clean)
        if value is None:
            found = {"found": quoted(clean), "format": date_format.pattern}
            raise BadValue(_("%(found)s is not a date written %(format)s") % found)
        if not EARLIEST <= value <= LATEST:
            raise BadValue(_("%s is not a year of business") % quoted(clean))
        return value, ""

    return parse


def amount_parser(mapping, *, required=False):
    """Money with the signs of the file, below zero too, or empty."""
    point, thousands = re.escape(mapping.decimal_sign), re.escape(mapping.thousands_sign)
    whole = rf"\d{{1,3}}(?:{thousands}\d{{3}}){{1,4}}|\d{{1,15}}" if thousands else r"\d{1,15}"
    decimals = rf"(?:{point}\d{{1,{mapping.decimals}}})?" if mapping.decimals else ""
    pattern = re.compile(rf"-?(?:{whole}){decimals}", re.ASCII)

    def parse(raw):
        clean = raw.strip()
        if not clean:
            if required:
                raise BadValue(_("must not be empty"))
            return None, ""
        if not pattern.fullmatch(clean):
            found = {"found": quoted(clean), "decimals": mapping.decimals}
            raise BadValue(_("%(found)s is not an amount with at most %(decimals)s decimals") % found)
        if mapping.thousands_sign:
            clean = clean.replace(mapping.thousands_sign, "")
        return Decimal(clean.replace(mapping.decimal_sign, ".")), ""

    return parse


def currency_parser(default):
    """Three letters; capitals are made of small ones, and an empty cell is the mapping's own."""

    @functools.lru_cache(maxsize=256)
    def parse(raw):
        clean = raw.strip()
        if not clean and default:
            return default, ""
        if not re.fullmatch("[A-Za-z]{3}", clean):
            raise BadValue(_("%s is not a currency of three letters") % quoted(clean))
        code = clean.upper()
        return code, "" if code == clean else _("%(found)s read as %(meant)s") % {
            "found": quoted(clean),
            "meant": code,
        }

    return parse


def country_parser(known):
    """A country by the mapping's own words, its code, or its English name. "" where the mapping says it has none."""

    @functools.lru_cache(maxsize=1024)
    def parse(raw):
        clean = " ".join(raw.split())
        if clean in known:
            return known[clean], "" if known[clean] == clean else _meant(clean, known[clean])
        if re.fullmatch("[A-Z]{2}", clean):
            return clean, ""
        return country(raw)

    return parse


def _meant(found, code):
    if not code:
        return _("%s is no single country; left empty") % quoted(found)
    return _("%(found)s read as %(meant)s") % {"found": quoted(found), "meant": code}


def flag_parser(flag):
    """True or False by the words of the mapping; an empty cell is no."""

    @functools.lru_cache(maxsize=256)
    def parse(raw):
        clean = raw.strip()
        if clean in flag.yes:
            return True, ""
        if clean in flag.no or not clean:
            return False, ""
        words = ", ".join([*flag.yes, *flag.no])
        raise BadValue(_("%(found)s is not one of %(words)s") % {"found": quoted(clean), "words": words})

    return parse

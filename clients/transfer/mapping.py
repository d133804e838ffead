"""Which column of a file of invoices is what, as a TOML file says it; docs/importing.md explains every key.

A mapping is data: a new kind of file needs a new TOML file and no code. Those in `mappings/` are chosen by the header.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from .dates import DateFormat

SHIPPED = Path(__file__).parent / "mappings"
MAX_MAPPING_BYTES = 64 * 2**10
NEEDED = ("number", "client", "issued", "amount")
# What a column may be.
ROLES = (*NEEDED, "client_name", "country", "due", "settled", "tax", "currency")
FORMATS = {"date": str, "decimals": int, "decimal_sign": str, "thousands_sign": str, "delimiter": str}
DEFAULTS = {"currency": str, "country": str, "client_name": str, "payments_known": bool, "due_days": int}
FLAG = {"column": str, "yes": list, "no": list}
CREDIT_NOTES = FLAG | {"prefix": str, "below_zero": bool}
TABLES = ("columns", "formats", "defaults", "disputed", "credit_notes", "countries", "not_used")


class MappingWrong(ValueError):
    """A mapping file that cannot be used; the text says why."""


@dataclass(frozen=True)
class Flag:
    """A column that says yes or no in its own words; without a column it says nothing."""

    column: str = ""
    yes: tuple = ()
    no: tuple = ()


@dataclass(frozen=True)
class Mapping:
    """How to read one kind of file. `columns` is {role: column}; `source` is what its rows are known by in Tend."""

    name: str
    source: str
    columns: dict
    date: DateFormat
    decimals: int = 2
    decimal_sign: str = "."
    thousands_sign: str = ""
    delimiter: str = ","
    currency: str = ""
    country: str = ""
    client_name: str = "{client}"
    payments_known: bool = True
    due_days: int | None = None
    disputed: Flag = Flag()
    credit_notes: Flag = Flag()
    credit_prefix: str = ""
    credit_below_zero: bool = False
    countries: dict = field(default_factory=dict)
    not_used: dict = field(default_factory=dict)

    @property
    def needs(self):
        """Every column that the file must have."""
        flags = (self.disputed.column, self.credit_notes.column)
        return [*self.columns.values(), *(column for column in flags if column)]


def shipped_mappings():
    return [read_mapping(path) for path in sorted(SHIPPED.glob("*.toml"))]


def choose_mapping(mappings, headers):
    """The mapping whose columns are all in the header; of several the one that uses most columns.

    `headers` is {delimiter: [names]}, the first line as each delimiter splits it. Raises MappingWrong where none fits,
    or two fit equally well.
    """
    fitting = [m for m in mappings if set(m.needs) <= set(headers.get(m.delimiter, []))]
    fitting.sort(key=lambda mapping: -len(mapping.needs))
    if not fitting:
        found = ", ".join(headers.get(",", []))[:200] or "–"
        raise MappingWrong(
            _("No mapping fits this file; give one with --mapping (docs/importing.md). Its columns: %s")
            % found
        )
    if len(fitting) > 1 and len(fitting[0].needs) == len(fitting[1].needs):
        names = f"{fitting[0].name}, {fitting[1].name}"
        raise MappingWrong(_("Two mappings fit this file: %s. Choose one with --mapping.") % names)
    return fitting[0]


def read_mapping(path):
    """The Mapping in a TOML file (a Path). Raises MappingWrong with the reason, naming the key."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_MAPPING_BYTES + 1)
    except OSError as error:
        raise MappingWrong(_("The mapping cannot be read: %s") % error) from error
    if len(raw) > MAX_MAPPING_BYTES:
        raise MappingWrong(_("%s is too large for a mapping.") % path.name)
    try:
        return _mapping(path.stem, tomllib.loads(raw.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingWrong(_("%(file)s is not TOML: %(why)s") % {"file": path.name, "why": error}) from error
    except MappingWrong as error:
        raise MappingWrong(_("%(file)s: %(why)s") % {"file": path.name, "why": error}) from error


def _mapping(name, data):
    unknown = [key for key in data if key not in ("source", *TABLES)]
    if unknown:
        raise MappingWrong(_("there is no key “%s”") % unknown[0])
    for table in TABLES:
        if not isinstance(data.get(table, {}), dict):
            raise MappingWrong(_("“%s” must be a table") % table)
    formats = _checked(data, "formats", FORMATS)
    defaults = _checked(data, "defaults", DEFAULTS)
    credit = _checked(data, "credit_notes", CREDIT_NOTES)
    mapping = Mapping(
        name=name,
        source=_source(data),
        columns=_columns(data.get("columns", {})),
        date=_date(formats.pop("date", "YYYY-MM-DD")),
        disputed=_flag("disputed", _checked(data, "disputed", FLAG)),
        credit_prefix=credit.pop("prefix", ""),
        credit_below_zero=credit.pop("below_zero", False),
        credit_notes=_flag("credit_notes", credit),
        countries=_texts(data, "countries"),
        not_used=_texts(data, "not_used"),
        **formats,
        **defaults,
    )
    _check(mapping)
    return mapping


def _checked(data, table, kinds):
    """A table of the mapping whose keys are known and of their kind."""
    for key, value in data.get(table, {}).items():
        if key not in kinds:
            raise MappingWrong(_("there is no key “%s”") % f"{table}.{key}")
        # bool is an int to Python, but no number of decimals
        if type(value) is not kinds[key]:
            kind = {"kind": kinds[key].__name__, "key": f"{table}.{key}"}
            raise MappingWrong(_("“%(key)s” must be of the kind %(kind)s") % kind)
    return dict(data.get(table, {}))


def _source(data):
    source = data.get("source")
    if not isinstance(source, str) or not source.strip() or len(source) > 20:
        raise MappingWrong(_("“source” must be a name of 1 to 20 characters"))
    return source


def _columns(columns):
    for role, column in columns.items():
        if role not in ROLES:
            raise MappingWrong(_("there is no key “%s”") % f"columns.{role}")
        if not isinstance(column, str) or not column.strip():
            raise MappingWrong(_("“%s” must be the name of a column") % f"columns.{role}")
    missing = [role for role in NEEDED if role not in columns]
    if missing:
        raise MappingWrong(_("“%s” is missing") % f"columns.{missing[0]}")
    return dict(columns)


def _flag(name, values):
    if not values:
        return Flag()
    if not (values.get("column") and values.get("yes")):
        raise MappingWrong(_("“%s” needs a column and the words that mean yes") % name)
    words = [word for key in ("yes", "no") for word in values.get(key, [])]
    if not all(isinstance(word, str) for word in words) or len(set(words)) < len(words):
        raise MappingWrong(_("the words of “%s” must be different texts") % name)
    return Flag(values["column"], tuple(values["yes"]), tuple(values.get("no", [])))


def _texts(data, table):
    for key, value in data.get(table, {}).items():
        if not isinstance(value, str):
            raise MappingWrong(_("“%s” must be a text") % f"{table}.{key}")
    return dict(data.get(table, {}))


def _date(text):
    try:
        return DateFormat(text)
    except ValueError as error:
        raise MappingWrong(str(error)) from error


def _check(mapping):
    """What must hold between the keys."""
    double = {column for column in mapping.needs if mapping.needs.count(column) > 1}
    if double:
        raise MappingWrong(_("the column “%s” cannot be two things") % sorted(double)[0])
    if "currency" not in mapping.columns and not mapping.currency:
        raise MappingWrong(_("give a column of currencies or “defaults.currency”"))
    if mapping.currency and not re.fullmatch("[A-Z]{3}", mapping.currency):
        raise MappingWrong(_("“defaults.currency” must be three capital letters"))
    for code in (mapping.country, *mapping.countries.values()):
        if code and not re.fullmatch("[A-Z]{2}", code):
            raise MappingWrong(_("“%s” is no country of two capital letters") % code)
    if not 0 <= mapping.decimals <= 2:
        raise MappingWrong(_("“formats.decimals” must be 0, 1 or 2"))
    if mapping.due_days is not None and not 0 <= mapping.due_days <= 365:
        raise MappingWrong(_("“defaults.due_days” must be 0 to 365"))
    if len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n':
        raise MappingWrong(_("“formats.delimiter” must be one character"))
    if mapping.decimal_sign not in (".", ",") or mapping.thousands_sign == mapping.decimal_sign:
        raise MappingWrong(_("“formats.decimal_sign” must be a point or a comma, and no thousands sign"))
    if mapping.thousands_sign not in ("", ".", ",", " ", "'"):
        raise MappingWrong(_("“formats.thousands_sign” must be a point, a comma, a space or an apostrophe"))
    if "{client}" not in mapping.client_name:
        raise MappingWrong(_("“defaults.client_name” must contain {client}"))

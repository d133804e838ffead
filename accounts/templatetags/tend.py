"""How numbers, money, days and places are written, in the reader's language; built in to every template."""

import datetime
from functools import lru_cache

from babel import Locale, dates, numbers
from babel.core import UnknownLocaleError
from django import template
from django.utils import timezone, translation

register = template.Library()


def _locale():
    return _locale_of(translation.get_language() or "en")


@lru_cache(maxsize=8)
def _locale_of(language):
    """A page writes hundreds of numbers; parsing the language for each took a tenth of its time."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@register.filter
def number(value):
    """1250000 → 1,250,000 or 1.250.000; nothing for None."""
    return "" if value is None else numbers.format_decimal(value, format="#,##0.##", locale=_locale())


@register.filter
def percent(value):
    """0.125 → 13 %; a share between 0 and 1."""
    return "" if value is None else numbers.format_percent(value, locale=_locale())


@register.filter
def money(value, currency):
    """An amount with its currency: 1.250.000 ₫, $1,250.00; whole units from 10,000 on."""
    if value is None:
        return ""
    whole = abs(value) >= 10_000 or numbers.get_currency_precision(currency) == 0
    return numbers.format_currency(
        value,
        currency,
        locale=_locale(),
        format="#,##0 ¤" if _is_vietnamese() and whole else _money_format(whole),
        currency_digits=not whole,
    )


def _is_vietnamese():
    return _locale().language == "vi"


def _money_format(whole):
    if _is_vietnamese():
        return "#,##0.00 ¤"
    return "¤#,##0" if whole else "¤#,##0.00"


@register.filter
def short_money(value, currency):
    """An amount for a tile: 1.2B ₫ / 1,2 T ₫, $340K; three digits at most."""
    if value is None:
        return ""
    return numbers.format_compact_currency(value, currency, locale=_locale(), fraction_digits=1)


def _as_day(value):
    return timezone.localdate(value) if isinstance(value, datetime.datetime) else value


@register.filter
def day(value):
    """21 Nov 2026 / 21 thg 11, 2026; a moment is taken in the reader's zone."""
    return "" if value is None else dates.format_date(_as_day(value), "medium", locale=_locale())


@register.filter
def short_day(value):
    """Sat, 21 Nov / Th 7, 21 thg 11; the year is left out."""
    return "" if value is None else dates.format_skeleton("MMMEd", _as_day(value), locale=_locale())


@register.filter
def long_day(value):
    """Saturday, 21 November / Thứ Bảy, 21 tháng 11; for a page about that day."""
    return "" if value is None else dates.format_date(_as_day(value), "EEEE, d MMMM", locale=_locale())


@register.filter
def clock(value):
    """The time of a moment in the reader's zone, 14:05."""
    return "" if value is None else timezone.localtime(value).strftime("%H:%M")


@register.filter
def ago(value):
    """today, yesterday, in 3 days, 5 weeks ago, by the reader's calendar day."""
    if value is None:
        return ""
    days = (_as_day(value) - timezone.localdate()).days
    if abs(days) <= 1:
        return _near_day(days)
    return dates.format_timedelta(
        datetime.timedelta(days=days), granularity="day", threshold=2.2, add_direction=True, locale=_locale()
    )


def _near_day(days):
    names = {
        -1: translation.gettext("yesterday"),
        0: translation.gettext("today"),
        1: translation.gettext("tomorrow"),
    }
    return names[days]


@register.filter
def country(code):
    """VN → Vietnam / Việt Nam; an unknown code as it is."""
    return _locale().territories.get(code, code) if code else ""


@register.filter
def floored(score):
    """A score as shown: 74.6 → 74, never rounded up over a line."""
    return "" if score is None else str(int(score))


@register.simple_tag(takes_context=True)
def query_string(context, **changes):
    """The page's own query string with `changes`; a None or "" drops the name. Filters survive paging."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"

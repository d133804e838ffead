"""How numbers, money, days and places are written, in the reader's language; built in to every template."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, dates, numbers
from babel.core import UnknownLocaleError
from django import template
from django.utils import timezone, translation

from accounts import names

register = template.Library()
register.filter(names.given_name)

NBSP = "\N{NO-BREAK SPACE}"
UNITS = [10**12, 10**9, 10**6, 10**3]
# Babel abbreviates to N, Tr and T, which nobody reads at a glance; a thousand tỷ is still counted in tỷ.
VIETNAMESE_UNITS = [(10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn")]


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
    """0.13 → 13%; a share between 0 and 1."""
    return "" if value is None else numbers.format_percent(value, locale=_locale())


@register.filter
def per_cent(value):
    """A number that is per cent already, a float rounded: 15%."""
    return f"{number(round(value) if isinstance(value, float) else value)}%"


@register.filter
def money(value, currency):
    """An amount with its currency, to the last digit, as somebody would type it: ₫1,250,000 and $1,250.00, in
    Vietnamese 1.250.000 ₫ and 1.250,00 USD."""
    if value is None:
        return ""
    if _is_vietnamese():
        return f"{digits(value, currency)}{NBSP}{_vietnamese_sign(currency)}"
    pattern = f"¤{_pattern(value, currency)}"
    return numbers.format_currency(value, currency, pattern, _locale(), currency_digits=False)


@register.filter
def about_money(value, currency):
    """The same for a sum that was worked out: to the smallest unit of its currency."""
    return "" if value is None else money(round(value, numbers.get_currency_precision(currency)), currency)


def digits(value, currency):
    """1,250,000 or 1,250.50: to the last digit, without the currency."""
    return numbers.format_decimal(value, _pattern(value, currency), _locale())


def _pattern(value, currency):
    whole = numbers.get_currency_precision(currency) == 0 and value == int(value)
    return "#,##0" if whole else "#,##0.00"


@register.filter
def short_money(value, currency):
    """An amount for a tile or a sentence, three digits at most: ₫1.3B, $340K, 1,3 tỷ ₫, 340 nghìn USD."""
    if value is None:
        return ""
    rounded = _in_three_digits(Decimal(value))
    if not _is_vietnamese():
        return numbers.format_compact_currency(rounded, currency, locale=_locale(), fraction_digits=1)
    unit, word = next(((unit, word) for unit, word in VIETNAMESE_UNITS if abs(rounded) >= unit), (1, ""))
    digits = numbers.format_decimal(rounded / unit, "#,##0.#", _locale())
    return NBSP.join(filter(None, [digits, word, _vietnamese_sign(currency)]))


def _is_vietnamese():
    return _locale().language == "vi"


def _vietnamese_sign(currency):
    """People write 1.250 USD, and ₫ for their own."""
    return "₫" if currency == "VND" else currency


def _in_three_digits(amount):
    """Rounded in thousands, millions and so on, so that 999,999 becomes 1,000,000, which a tile calls 1M."""
    unit = next((unit for unit in UNITS if abs(amount) >= unit), 1)
    finest = 1 if unit == 1 or abs(amount) >= 100 * unit else Decimal("0.1")
    return (amount / unit).quantize(finest, ROUND_HALF_UP) * unit


def _as_day(value):
    return timezone.localdate(value) if isinstance(value, datetime.datetime) else value


@register.filter
def day(value):
    """Nov 21, 2026 / 21/11/2026; a moment is taken in the reader's zone."""
    return _written(value, "MMM d, y", vietnamese="dd/MM/y")


@register.filter
def short_day(value):
    """Sat, Nov 21 / T7, 21/11; with the year where it is another than this."""
    if value is not None and _as_day(value).year != timezone.localdate().year:
        return _written(value, "EEE, MMM d, y", vietnamese=f"EEEEE,{NBSP}dd/MM/y")
    return _written(value, "EEE, MMM d", vietnamese=f"EEEEE,{NBSP}dd/MM")


@register.filter
def long_day(value):
    """Saturday, November 21 / Thứ Bảy, 21 tháng 11, for a page about that day; with the year as `short_day`."""
    if value is not None and _as_day(value).year != timezone.localdate().year:
        return _written(value, "EEEE, MMMM d, y", vietnamese="EEEE, d MMMM, y")
    return _written(value, "EEEE, MMMM d", vietnamese="EEEE, d MMMM")


@register.filter
def month(value):
    """November 2026 / Tháng 11/2026"""
    return _written(value, "MMMM y", vietnamese="'Tháng' M/y")


def _written(value, english, *, vietnamese):
    if value is None:
        return ""
    return dates.format_date(_as_day(value), vietnamese if _is_vietnamese() else english, locale=_locale())


@register.simple_tag
def right_now():
    """The moment at which the page is made."""
    return timezone.now()


@register.filter
def clock(value):
    """The time of a moment in the reader's zone, 14:05."""
    return "" if value is None else timezone.localtime(value).strftime("%H:%M")


@register.filter
def ago(value):
    """today, yesterday, in 3 days, 5 weeks ago / hôm nay, 3 ngày nữa, 5 tuần trước, by the reader's calendar day."""
    if value is None:
        return ""
    return _days_in_words((_as_day(value) - timezone.localdate()).days, translation.get_language())


@lru_cache(maxsize=4096)
def _days_in_words(days, language):
    if abs(days) <= 1:
        return _near_day(days)
    span = datetime.timedelta(days=days)
    if days > 0 and _is_vietnamese():  # Babel's “sau 3 ngày nữa” says it twice
        return f"{dates.format_timedelta(span, 'day', threshold=2.2, locale=_locale())} nữa"
    return dates.format_timedelta(span, "day", threshold=2.2, add_direction=True, locale=_locale())


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

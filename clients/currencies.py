"""Which currencies there are, and amounts in them to the last digit."""

from babel.numbers import format_currency, format_decimal, get_currency_precision, is_currency
from django.utils import translation

# ISO's codes for "none" and "for tests".
NO_CURRENCY = frozenset({"XXX", "XTS"})
NBSP = "\N{NO-BREAK SPACE}"


def is_known_currency(code):
    """Whether `code` (three capital letters) is a currency that is or was in use."""
    return code not in NO_CURRENCY and is_currency(code)


def _digits(amount, currency):
    whole = get_currency_precision(currency) == 0 and amount == amount.to_integral_value()
    return "#,##0" if whole else "#,##0.00"


def exact(amount, currency):
    """1,250,000 or 1,250.50: to the last digit in the reader's language, without the currency."""
    return format_decimal(amount, _digits(amount, currency), locale=translation.get_language())


def exact_money(amount, currency):
    """₫1,250,000 and $18,250.75, 1.250.000 ₫ and 18.250,75 USD: unlike `money`, which rounds what is large.

    For invoices and payments, where somebody types the amount that they read.
    """
    if translation.get_language() == "vi":
        return f"{exact(amount, currency)}{NBSP}{'₫' if currency == 'VND' else currency}"
    digits = _digits(amount, currency)
    return format_currency(amount, currency, f"¤{digits}", translation.get_language(), currency_digits=False)

"""Which currencies there are."""

from babel.numbers import is_currency

# ISO's codes for "none" and "for tests".
NO_CURRENCY = frozenset({"XXX", "XTS"})


def is_known_currency(code):
    """Whether `code` (three capital letters) is a currency that is or was in use."""
    return code not in NO_CURRENCY and is_currency(code)

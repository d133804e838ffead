"""Countries and currencies to choose from, in the reader's language."""

from functools import lru_cache

from babel import Locale
from django.utils import translation

from accounts.alphabet import by_alphabet

# What books are kept in hereabouts; a client may keep another that it already has.
CURRENCIES = [
    "VND",
    "USD",
    "EUR",
    "JPY",
    "KRW",
    "CNY",
    "SGD",
    "THB",
    "MYR",
    "IDR",
    "TWD",
    "HKD",
    "AUD",
    "GBP",
]
HOME_COUNTRY = "VN"


def countries():
    """(code, name) of every country, the home country first, then by name in the reader's language."""
    return _countries(translation.get_language() or "en")


@lru_cache(maxsize=8)
def _countries(language):
    names = Locale.parse(language, sep="-").territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    real = [(code, name) for code, name in found if code not in _NOT_COUNTRIES]
    return tuple(sorted(real, key=lambda pair: (pair[0] != HOME_COUNTRY, by_alphabet(pair[1]))))


# Regions and private codes that Unicode lists among the territories.
_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}

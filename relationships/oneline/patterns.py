"""Regular expressions over what people type, accents optional: `gọi` finds "gọi" and "goi", `hoa` never finds "hóa".

In «…» the accents must be there, where the bare letters are another word: «ổn», or every "on" would be good news.
"""

import re
import unicodedata
from functools import lru_cache

_STROKED = {"đ": "d", "ð": "d"}


def _plain(letter):
    return _STROKED.get(letter) or unicodedata.normalize("NFD", letter)[0]


def loosened(source):
    """The source of an expression in which each letter with accents also matches without them, but in «…»."""
    parts = re.split("«(.*?)»", source)
    return "".join(part if place % 2 else _loosened(part) for place, part in enumerate(parts))


def _loosened(part):
    return "".join(letter if letter.isascii() else f"[{letter}{_plain(letter)}]" for letter in part)


@lru_cache(maxsize=512)
def whole(source):
    """A compiled expression that begins and ends at the edge of a word. Spaces stand for any run of them."""
    spaced = loosened(source).replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)")


def tidy(text):
    """As it is matched: composed letters, lower case; as long as what it was made from is composed."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def composed(text):
    return unicodedata.normalize("NFC", text)

"""Colleagues named in a text with @: who is meant, and where it says so. Pure functions.

A name counts in full, accents and case ignored; its first or last word alone counts where only one of the people has
it. An @ inside a word, as in an e-mail address, names nobody.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

_AT = re.compile(r"(?<!\w)@(?=\w)")


@dataclass(frozen=True)
class Named:
    """Somebody of whom only the name is known here."""

    name: str


def fold(text):
    """`text` in lower case without accents, letter for letter, so that places in it are places in the text (NFC)."""
    return "".join(map(_plain, unicodedata.normalize("NFC", text)))


def _plain(letter):
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return "d" if base == "đ" else base[0]


def people_meant(text, people):
    """Those of `people` (each with a `name`) whom `text` names, in its order, each once."""
    found = [person for _start, _end, meant in _places(text, people) for person in meant]
    return list(dict.fromkeys(found))


def in_parts(text, people):
    """[(part, whether it names one of `people`)], which together are `text`."""
    text, parts, at = unicodedata.normalize("NFC", text), [], 0
    for start, end, _meant in _places(text, people):
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [part for part in [*parts, (text[at:], False)] if part[0]]


def _places(text, people):
    """(start, end, people meant) of each place, in order."""
    folded, names = fold(text), _names(people)
    for match in _AT.finditer(folded):
        name = next((name for name in names if _is_at(folded, match.end(), name)), None)
        if name:
            yield match.start(), match.end() + len(name), names[name]


def _is_at(folded, start, name):
    end = start + len(name)
    return folded.startswith(name, start) and not folded[end : end + 1].isalnum()


def _names(people):
    """{folded name: people}, the longest first; short forms only where they mean one of them."""
    full, short = defaultdict(list), defaultdict(list)
    for person in people:
        words = fold(person.name).split()
        full[" ".join(words)].append(person)
        for word in {words[0], words[-1]} if words else ():
            short[word].append(person)
    names = {name: meant for name, meant in short.items() if len(meant) == 1} | dict(full)
    return {name: names[name] for name in sorted(names, key=len, reverse=True) if name}

"""How people are addressed: by their given name, which a Vietnamese name has at its end and others at their start.

A name stays as its owner writes it, in either language: a list that turned names round would be searched in vain. Only
whoever is spoken to needs a part of it, and which part that is can be told from where a Vietnamese family name stands.
Letters to clients keep the whole name: how a contact is addressed among us is ours.
"""

import unicodedata

# The commonest first; with these nine in ten Vietnamese names are told apart.
FAMILY_NAMES = """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dao doan vuong trinh truong dinh lam phung
    mai to luong luu cao chau ha thai quach la kieu ta chu trieu tong nghiem bach
"""
RARITY = {name: place for place, name in enumerate(FAMILY_NAMES.split())}


def given_name(person):
    """Of a user, a contact or a plain name: the given name that was entered, else “Lan” of “Nguyễn Thị Lan”, of “Lan
    Nguyễn” and of “Lan Baker”."""
    entered = getattr(person, "given_name", "")
    words = str(getattr(person, "name", person)).split()
    if entered or not words:
        return entered
    first, last = (RARITY.get(plain(word), len(RARITY)) for word in (words[0], words[-1]))
    return words[-1] if first < last else words[0]


def plain(word):
    """In lower case without accents."""
    letters = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""The order of the Vietnamese alphabet for lists that are sorted in Python: what `tend_sort` is in the database."""

import unicodedata

BLANK = " "
TONES = str.maketrans("\u0300\u0309\u0303\u0301\u0323", "12345")  # huyền, hỏi, ngã, sắc, nặng
WITHOUT_TONES = dict.fromkeys(TONES)
IN_ORDER = str.maketrans("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", r"ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`a")


def by_alphabet(text):
    """A sort key: first the letters without tones, đ after d and ơ after ô, then the tones by place."""
    marks = unicodedata.normalize("NFD", text.lower())
    letters = unicodedata.normalize("NFC", marks.translate(WITHOUT_TONES)).translate(IN_ORDER)
    tones = "".join(mark for mark in marks if mark == BLANK or ord(mark) in TONES).translate(TONES)
    return f"{letters} {tones}"

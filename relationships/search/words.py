"""The words of a search, and text without case and accents where no database is at hand."""

import unicodedata

WORDS = 5
LEAST_LETTERS = 2  # one letter finds half the book
LETTERS_OF_A_TRIGRAM = 3


def plain(text):
    """Lower case without accents, as `accounts.db.Fold` does in the database."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text):
    """The first words of `text` as they were typed."""
    return text.split()[:WORDS]


def begins_a_word(part, text):
    """Whether a word of `text` begins with `part`; both are plain."""
    return f" {text}".find(f" {part}") >= 0

"""How a service says no to what a person asked for."""


class Refused(Exception):
    """A rule forbids the write; nothing was written.

    `text` says why and what to do, in the reader's language; `field` is the form field it is about, None for all.
    """

    def __init__(self, text, field=None):
        super().__init__(text)
        self.text, self.field = text, field

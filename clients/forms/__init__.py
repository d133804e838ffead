"""Forms of clients and contacts: each a plain form over one model, with a guard against two editors at once."""

from .client import ClientEditForm, ClientForm
from .conflict import differences, take_theirs
from .contact import ContactEditForm, ContactForm

__all__ = [
    "ClientEditForm",
    "ClientForm",
    "ContactEditForm",
    "ContactForm",
    "differences",
    "take_theirs",
]

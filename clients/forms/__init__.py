"""Forms of clients and contacts: each a plain form over one model, with a guard against two editors at once."""

from .assignment import AssignLeadForm, KeyStatusForm, PeopleSearchForm
from .client import ClientEditForm, ClientForm
from .conflict import differences, take_theirs
from .contact import ContactEditForm, ContactForm

__all__ = [
    "AssignLeadForm",
    "ClientEditForm",
    "ClientForm",
    "ContactEditForm",
    "ContactForm",
    "KeyStatusForm",
    "PeopleSearchForm",
    "differences",
    "take_theirs",
]

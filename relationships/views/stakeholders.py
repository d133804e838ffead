"""The people at a client as a map: who reports to whom, what they decide, how we stand with them, who knows them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Contact, ContactRole
from clients.views.panels import answer_panel
from clients.views.scope import fetch_visible
from relationships.acquaintance import STRANGER, Acquaintance, acquaintances
from relationships.client_overview import known_contacts
from relationships.stakeholder_map import BOX_HEIGHT, BOX_WIDTH, draw

ROLE_ICONS = {
    ContactRole.DECISION_MAKER: "crown",
    ContactRole.INFLUENCER: "megaphone",
    ContactRole.CHAMPION: "trophy",
    ContactRole.USER: "user-round",
    ContactRole.BLOCKER: "octagon-x",
    ContactRole.PROCUREMENT: "shopping-cart",
    ContactRole.FINANCE: "landmark",
}
# Whoever is not known here should be found.
EMPTY_SEATS = {
    ContactRole.DECISION_MAKER: gettext_lazy("No decision maker known"),
    ContactRole.CHAMPION: gettext_lazy("No champion known"),
    ContactRole.FINANCE: gettext_lazy("Nobody in finance known"),
}
MOST_INFLUENCE = 5
# Letters that fit into a box; the table has every word.
NAME_FITS, LINE_FITS, KNOWN_FITS = 22, 28, 24


@dataclass(frozen=True)
class Person:
    """A contact, how we stand with them, and the icon of their role."""

    contact: Contact
    known: Acquaintance

    @property
    def icon(self):
        return ROLE_ICONS.get(self.contact.role, "user-round")

    @property
    def dots(self):
        """Of five, which are filled for their influence."""
        return [step <= (self.contact.influence or 0) for step in range(1, MOST_INFLUENCE + 1)]

    @property
    def short_name(self):
        return _cut(self.contact.name, NAME_FITS)

    @property
    def short_title(self):
        return _cut(self.contact.title, LINE_FITS)

    @property
    def short_known(self):
        """Who of us knows them, as much as fits: the one who met them last, and how many others."""
        names = [colleague.name for colleague in self.known.known_by]
        more = f" +{len(names) - 1}" if len(names) > 1 else ""
        return f"{_cut(names[0], KNOWN_FITS - len(more))}{more}" if names else ""


@dataclass(frozen=True)
class Seat:
    """A role that nobody there is known to have, and where somebody is added for it."""

    text: str
    icon: str
    url: str


def _cut(text, letters):
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def stakeholders(request, client_id):
    """The map and the same as a table; who has left stands apart. Three queries beside session and reader."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    contacts = known_contacts(client)
    here = [contact for contact in contacts if contact.left_on is None]
    known = acquaintances(client=client.pk)
    people = {contact.pk: Person(contact, known.get(contact.pk, STRANGER)) for contact in here}
    seats = _seats(client, here)
    bosses = {contact.pk: contact.reports_to_id for contact in here}
    drawings = [(name, draw(bosses, list(seats), outline=name == "narrow")) for name in ("wide", "narrow")]
    context = {
        "people": list(people.values()),
        "gone": [contact for contact in contacts if contact.left_on],
        "seats": list(seats.values()),
        "box": {"width": BOX_WIDTH, "height": BOX_HEIGHT},
        "maps": [
            (name, drawing, [(box, people.get(box.key), seats.get(box.key)) for box in drawing.boxes])
            for name, drawing in drawings
        ],
        "rows": [(person, people.get(person.contact.reports_to_id)) for person in people.values()],
    }
    return answer_panel(
        request, client, "relationships/contacts/_stakeholders.html", context, title=_("Stakeholders")
    )


def _seats(client, here):
    """{role: `Seat`} of the decisive roles that nobody has."""
    taken = {contact.role for contact in here}
    new = reverse("clients:contact_new", args=[client.pk])
    return {
        role: Seat(text, ROLE_ICONS[role], f"{new}?role={role}")
        for role, text in EMPTY_SEATS.items()
        if role not in taken
    }

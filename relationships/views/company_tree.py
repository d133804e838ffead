"""The group of a client: its companies with health, revenue and lead."""

from django.utils.translation import gettext as _

from clients.views.panels import answer_panel
from relationships.client_overview import fetch_client
from relationships.company_tree import group_of


def company_tree(request, client_id):
    """Only companies that the reader may see; of the others their number. Four queries beside session and reader."""
    client = fetch_client(request.user, client_id)
    context = {"group": group_of(client, request.user)}
    return answer_panel(request, client, "relationships/contacts/_group.html", context, title=_("Group"))

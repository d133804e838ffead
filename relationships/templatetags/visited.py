"""Which record a page is of, for "opened lately" in the search (static/js/palette.js)."""

from django import template
from django.utils.html import format_html

register = template.Library()

# Route → the kind of row that the search knows, and the keyword of its id.
RECORDS = {
    "relationships:client_page": ("client", "client_id"),
    "relationships:contact_page": ("contact", "contact_id"),
    "clients:contract_page": ("contract", "contract_id"),
    "clients:invoice_page": ("invoice", "invoice_id"),
}


@register.simple_tag
def visited(match):
    """The attribute `data-visited` for the page of a record, else nothing. `match` is a request's resolver match."""
    if match is None or match.view_name not in RECORDS:
        return ""
    kind, name = RECORDS[match.view_name]
    return format_html('data-visited="{}-{}"', kind, match.kwargs[name])

"""How every form about money is shown, written and answered."""

from dataclasses import asdict, dataclass

from django.db import OperationalError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.web.answers import written
from clients.services.changes import KeyUsedElsewhere
from clients.services.refusals import Refused

from .edit import refuse_busy
from .panels import answer_form

CHANGED = ("receivables-changed", "care-changed")


@dataclass(frozen=True)
class Sheet:
    """The words around a form: `action` and `back` are addresses, `note` stands under the title."""

    title: str
    action: str
    submit: str
    back: str
    note: str = ""
    fields_template: str = ""


def answer_sheet(request, client, form, sheet, write):
    """Shows `form`; a valid one is written by `write(form)`, which returns what to say about it.

    What the service refuses stands at its field (422), a row that somebody else holds for long as an error (409).
    """
    status = None
    if form.is_valid():
        try:
            text = write(form)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.text)
        except KeyUsedElsewhere:
            form.add_error(
                None, _("This form was sent before, for something else. Open it again and repeat your input.")
            )
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return written(request, text, events=CHANGED, client=client, back=sheet.back)
    answer = answer_form(request, form, "components/_sheet_form.html", asdict(sheet))
    answer.status_code = status or answer.status_code
    return answer


def invoice_url(invoice):
    return reverse("clients:invoice_page", args=[invoice.pk])


def receivables_url(client):
    """The tab of the client page."""
    return f"{client.get_absolute_url()}?tab=receivables"

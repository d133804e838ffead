"""Growth of one client: what it owns, what is suggested, open deals, and the advice it was given."""

from django.db import OperationalError
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.web.answers import written
from clients.filters import house_today
from clients.forms.deal import AdviceForm, AnswerForm
from clients.models import Advice, Client, Deal, DealStage
from clients.services.advice import AnswerChanged, answer_advice, give_advice
from clients.services.changes import KeyUsedElsewhere
from clients.whitespace import State, owned_products, read_catalogue, whitespace_of

from .edit import posted, refuse_busy
from .panels import answer_form, answer_panel
from .scope import fetch_changeable, fetch_visible
from .sheets import with_status

EVENTS = ("growth-changed", "care-changed")
CLOSED_SHOWN = 5
ADVICE_SHOWN = 20


def growth(request, client_id):
    """The panel. Ten queries at most beside the client's own."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    cells = whitespace_of([client], read_catalogue())[client.pk]
    deals = Deal.objects.filter(client=client).select_related("product")
    made_of_it = Prefetch("deals", queryset=Deal.objects.only("stage", "advice"))
    advice = Advice.objects.filter(client=client).select_related("product", "contact", "author")
    closed = deals.filter(stage__in=[DealStage.WON, DealStage.LOST])
    context = {
        "owned": owned_products(client),
        "suggested": [cell for cell in cells if cell.suggestion],
        "gaps": [cell for cell in cells if cell.state == State.GAP and not cell.suggestion],
        "open_deals": deals.open().order_by("expected_on", "id"),
        "closed_deals": closed.order_by("-closed_on", "-id")[:CLOSED_SHOWN],
        "advice": advice.prefetch_related(made_of_it)[:ADVICE_SHOWN],
        "today": house_today(),
    }
    title = pgettext("deals", "Growth")
    return answer_panel(request, client, "clients/growth/_panel.html", context, title=title)


def advice_new(request, client_id):
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    form = AdviceForm(posted(request), instance=Advice(client=client))
    context = {
        "client": client,
        "title": _("Advice"),
        "action": reverse("clients:advice_new", args=[client.pk]),
        "back": reverse("clients:growth", args=[client.pk]),
        "submit": _("Keep this advice"),
    }
    if not form.is_valid():
        return answer_form(request, form, "clients/growth/_advice_form.html", context)
    key = form.cleaned_data["idempotency_key"]
    try:
        give_advice(client=client, values=form.values(), by=request.user, idempotency_key=key)
    except (KeyUsedElsewhere, OperationalError) as error:
        _refuse(form, error)
        return with_status(answer_form(request, form, "clients/growth/_advice_form.html", context), 409)
    return written(request, _("The advice is kept."), events=EVENTS, client=client, back=context["back"])


def advice_answer(request, advice_id):
    """What the client said; an answer may follow another, such as "later" and then "taken"."""
    rows = Advice.objects.select_related("client", "product", "contact")
    advice = fetch_changeable(rows, request.user, advice_id)
    client, form = advice.client, AnswerForm(posted(request), advice=advice)
    context = {
        "client": client,
        "advice": advice,
        "title": _("The client's answer"),
        "action": reverse("clients:advice_answer", args=[advice.pk]),
        "back": reverse("clients:growth", args=[client.pk]),
        "submit": _("Save"),
    }
    if not form.is_valid():
        return answer_form(request, form, "clients/growth/_answer_form.html", context)
    values = {name: form.cleaned_data[name] for name in ("answer", "day", "note", "seen")}
    try:
        answer_advice(advice=advice, by=request.user, **values)
    except (AnswerChanged, OperationalError) as error:
        _refuse(form, error)
        return with_status(answer_form(request, form, "clients/growth/_answer_form.html", context), 409)
    return written(request, _("The answer is kept."), events=EVENTS, client=client, back=context["back"])


def _refuse(form, error):
    if isinstance(error, AnswerChanged):
        text = _("Somebody else wrote down an answer meanwhile: %(answer)s. Look at it again first.")
        form.add_error(None, text % {"answer": error.advice.get_answer_display()})
    elif isinstance(error, KeyUsedElsewhere):
        form.add_error(None, _("This form was used for another client. Open it again."))
    else:
        refuse_busy(form, error)

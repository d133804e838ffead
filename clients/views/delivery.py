"""What was handed over, promised and is to be delivered: the panel of a client, and the part of one contract."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from clients.filters import house_today
from clients.models import Attachment, Client, CommitmentStatus, Contract, ContractState, Milestone

from .panels import answer_panel
from .scope import fetch_visible

DECIDED_SHOWN = 5
CHANGED = ("delivery-changed", "care-changed")


def delivery(request, client_id):
    """Intake, promises, and the milestones of each contract that runs or has some. Nine queries at most."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    intakes = list(client.intakes.select_related("contract").prefetch_related("people"))
    promises = client.commitments.select_related("decided_by")
    decided = promises.exclude(status=CommitmentStatus.OPEN).order_by("-decided_on", "-id")
    today = house_today()
    for intake in intakes:
        intake.days = (intake.kick_off_by - today).days
    context = {
        "intakes": intakes,
        "promises": with_days(promises.filter(status=CommitmentStatus.OPEN), today),
        "decided": list(decided[:DECIDED_SHOWN]),
        "contracts": _contracts_to_deliver(client, today),
    }
    template = "clients/delivery/_panel.html"
    return answer_panel(request, client, template, context, title=_("Delivery"))


def contract_delivery(request, contract_id):
    """Milestones and documents of one contract, for its page. Four queries."""
    contract = fetch_visible(Contract.objects.select_related("client"), request.user, contract_id)
    contract.client.may_change = contract.may_change
    plan = milestones_shown(Milestone.objects.filter(contract=contract), house_today())
    documents = contract.attachments.select_related("uploaded_by")
    context = {"contract": contract, "milestones": plan, "documents": documents}
    template = "clients/delivery/_contract.html"
    return answer_panel(request, contract.client, template, context, title=_("Delivery"))


def _contracts_to_deliver(client, today):
    """Signed and drafted contracts, and others with milestones; each with `plan`, its milestones."""
    milestones = milestones_shown(client.milestones, today)
    contracts = client.contracts.exclude(state=ContractState.LOST).order_by("-starts_on", "-id")
    shown = []
    for contract in contracts:
        contract.plan = [milestone for milestone in milestones if milestone.contract_id == contract.pk]
        if contract.plan or contract.state in (ContractState.SIGNED, ContractState.DRAFT):
            shown.append(contract)
    return shown


def milestones_shown(milestones, today):
    """A list with whose they are, their documents, and the days until they are due. Two queries."""
    documents = Attachment.objects.select_related("uploaded_by")
    found = milestones.select_related("owner", "department", "accepted_by")
    found = found.prefetch_related(Prefetch("attachments", queryset=documents, to_attr="documents"))
    return with_days(found.order_by("due_on", "id"), today)


def with_days(rows, today):
    """A list of rows with `days` until due, None for those without a day."""
    rows = list(rows)
    for row in rows:
        row.days = (row.due_on - today).days if row.due_on else None
    return rows

"""The won deals of an imported book as contracts of twelve months, for sellers whose files name no contracts."""

import datetime

from django.utils.translation import gettext as _

from clients.models import Contract, ContractLine, ContractState

from .columns import SALES
from .report import LEFT_OUT, TAKEN, UNCHANGED
from .writing import copy_rows


def last_day(start):
    """The last day of a term of twelve months that begins on `start`."""
    try:
        after = start.replace(year=start.year + 1)
    except ValueError:  # 29 February
        after = start.replace(year=start.year + 1, month=3, day=1)
    return after - datetime.timedelta(days=1)


def create_contracts(deals, lines, *, source, report, dry_run=False):
    """One signed contract for each won deal that has none, with a line for its product. Returns the deals of
    the new ones.

    `deals` is {reference: Deal} of won deals with client and product; `lines` is {reference: line of the file}. Signed
    and begun on the day the deal was won; known by the deal's reference, so that it is made once, whatever became of it
    since. A number that the client's own contracts have already is left out. Inside the caller's transaction; six
    statements.
    """
    there = set(
        Contract.objects.filter(source=source, source_ref__in=list(deals)).values_list(
            "source_ref", flat=True
        )
    )
    others = Contract.objects.filter(number__in=list(deals)).exclude(source=source)
    taken, new = set(others.values_list("client_id", "number")), []
    for ref, deal in deals.items():
        if (deal.client_id, ref) in taken:
            what = _("the client has another contract of this number")
            report.note(LEFT_OUT, SALES.file, lines[ref], what, detail=f"{what}: {ref}")
            continue
        outcome = UNCHANGED if ref in there else TAKEN
        report.note(outcome, SALES.file, lines[ref], _("Contract"), detail=f"{ref}: {deal.product.name}")
        if ref not in there:
            new.append(_contract(ref, deal, source))
    if not dry_run:
        keys = copy_rows(Contract, new)
        copy_rows(
            ContractLine, [_line(deals[row["source_ref"]], key) for row, key in zip(new, keys, strict=True)]
        )
    return [deals[row["source_ref"]] for row in new]


def _contract(ref, deal, source):
    return {
        "client_id": deal.client_id,
        "number": ref,
        "title": deal.product.name,
        "state": ContractState.SIGNED,
        "value": deal.amount,
        "currency": deal.currency,
        "starts_on": deal.closed_on,
        "ends_on": last_day(deal.closed_on),
        "signed_on": deal.closed_on,
        "deal_id": deal.pk,
        "source": source,
        "source_ref": ref,
    }


def _line(deal, contract_id):
    return {
        "contract_id": contract_id,
        "client_id": deal.client_id,
        "product_id": deal.product_id,
        "unit_price": deal.amount,
    }

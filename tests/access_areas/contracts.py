"""Contracts, their steps and renewals, and questions of authority."""

from accounts.models import Tier
from tests import factories as make

TABLE = """
clients:contracts                      GET     -     404   404   404   200   200   200   200   200   403
clients:contract_new                   GET     -     404   404   404   403   200   200   200   200   403
clients:contract_new                   POST    -     404   404   404   403   422   422   422   422   403
clients:contract_page                  GET     -     404   404   404   200   200   200   200   200   403
clients:contract_edit                  GET     -     404   404   404   403   200   200   200   200   403
clients:contract_edit                  POST    -     404   404   404   403   422   422   422   422   403
clients:contract_sign                  GET     -     404   404   404   403   200   200   200   200   403
clients:contract_sign                  POST    -     404   404   404   403   422   422   422   422   403
clients:contract_notice                GET     -     404   404   404   403   200   200   200   200   403
clients:contract_notice                POST    -     404   404   404   403   422   422   422   422   403
clients:contract_end                   GET     -     404   404   404   403   200   200   200   200   403
clients:contract_end                   POST    -     404   404   404   403   422   422   422   422   403
clients:contract_renew                 GET     -     404   404   404   403   405   405   405   405   403
clients:contract_renew                 POST    -     404   404   404   403   422   422   422   422   403
clients:contract_lose                  GET     -     404   404   404   403   200   200   200   200   403
clients:contract_lose                  POST    -     404   404   404   403   422   422   422   422   403
clients:contract_approval              GET     -     404   404   404   403   200   200   200   200   403
clients:contract_approval              POST    -     404   404   404   403   422   422   422   422   403
clients:deal_approval                  GET     -     404   404   404   403   200   200   200   200   403
clients:deal_approval                  POST    -     404   404   404   403   422   422   422   422   403
clients:approval_decision              GET     -     404   404   404   200   200   200   200   200   403
clients:approval_decision              POST    -     404   404   404   403   403   422   422   422   403
clients:approval_withdraw              GET     -     404   404   404   403   405   405   405   405   403
clients:approval_withdraw              POST    -     404   404   404   403   302   302   302   302   403
clients:renewals                       GET     -     200   200   200   200   200   200   200   200   403
clients:approvals                      GET     -     200   200   200   200   200   200   200   200   403
"""
WATCHED = ["clients_contract", "clients_contractline", "clients_approval", "clients_careevent"]


def scene(book):
    """A signed contract that ends soon, a deal, and a question that waits for the senior."""
    Tier.objects.filter(code="senior").update(max_discount_percent=10, max_payment_days=45)
    contract = make.contract(book.alpha, lines=[(make.product(), 1, 120)])
    deal = make.open_deal(book.alpha)
    approval = contract.approvals.create(
        client=book.alpha, discount_percent=8, payment_days=30, reason="Why", asked_by=book.lan
    )
    return {
        "contract_id": contract.pk,
        "deal_id": deal.pk,
        "approval_id": approval.pk,
    }

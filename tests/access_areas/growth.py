"""Deals, whitespace, advice, the growth panel."""

from clients.models import Advice
from tests import factories as make

TABLE = """
clients:deals                          GET     -     200   200   200   200   200   200   200   200   403
clients:whitespace                     GET     -     200   200   200   200   200   200   200   200   403
clients:growth                         GET     -     404   404   404   200   200   200   200   200   403
clients:deal_new                       GET     -     404   404   404   403   200   200   200   200   403
clients:deal_new                       POST    -     404   404   404   403   422   422   422   422   403
clients:deal_page                      GET     -     404   404   404   200   200   200   200   200   403
clients:deal_edit                      GET     -     404   404   404   403   200   200   200   200   403
clients:deal_edit                      POST    -     404   404   404   403   422   422   422   422   403
clients:deal_stage                     GET     -     404   404   404   403   405   405   405   405   403
clients:deal_stage                     POST    -     404   404   404   403   422   422   422   422   403
clients:deal_win                       GET     -     404   404   404   403   200   200   200   200   403
clients:deal_win                       POST    -     404   404   404   403   422   422   422   422   403
clients:deal_lose                      GET     -     404   404   404   403   200   200   200   200   403
clients:deal_lose                      POST    -     404   404   404   403   422   422   422   422   403
clients:deal_reopen                    GET     -     404   404   404   403   200   200   200   200   403
clients:deal_reopen                    POST    -     404   404   404   403   422   422   422   422   403
clients:advice_new                     GET     -     404   404   404   403   200   200   200   200   403
clients:advice_new                     POST    -     404   404   404   403   422   422   422   422   403
clients:advice_answer                  GET     -     404   404   404   403   200   200   200   200   403
clients:advice_answer                  POST    -     404   404   404   403   422   422   422   422   403
"""
WATCHED = ["clients_deal", "clients_advice"]


def scene(book):
    """An open deal and a piece of advice of Alpha."""
    advice = Advice.objects.create(
        client=book.alpha, recommendation="Two smaller ones", reason="One may fail", given_on="2026-01-05"
    )
    return {"deal_id": make.open_deal(book.alpha).pk, "advice_id": advice.pk}

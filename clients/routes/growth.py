"""Deals, whitespace, and the growth of one client: products owned, suggestions, advice."""

from django.urls import path

from clients.views import deal, deals, growth, whitespace

urlpatterns = [
    path("deals/", deals.deals, name="deals"),
    path("deals/<int:deal_id>/", deal.deal_page, name="deal_page"),
    path("deals/<int:deal_id>/edit/", deal.deal_edit, name="deal_edit"),
    path("deals/<int:deal_id>/stage/", deal.deal_stage, name="deal_stage"),
    path("deals/<int:deal_id>/won/", deal.deal_win, name="deal_win"),
    path("deals/<int:deal_id>/lost/", deal.deal_lose, name="deal_lose"),
    path("deals/<int:deal_id>/open/", deal.deal_reopen, name="deal_reopen"),
    path("whitespace/", whitespace.whitespace, name="whitespace"),
    path("clients/<int:client_id>/growth/", growth.growth, name="growth"),
    path("clients/<int:client_id>/deals/new/", deal.deal_new, name="deal_new"),
    path("clients/<int:client_id>/advice/new/", growth.advice_new, name="advice_new"),
    path("advice/<int:advice_id>/answer/", growth.advice_answer, name="advice_answer"),
]

"""Contracts of a client, what happens to them, and what ends soon."""

from django.urls import path

from clients.views import contract_edit, contract_renewal, contract_steps, contracts, renewals

urlpatterns = [
    path("clients/<int:client_id>/contracts/", contracts.contracts, name="contracts"),
    path("clients/<int:client_id>/contracts/new/", contract_edit.contract_new, name="contract_new"),
    path("contracts/<int:contract_id>/", contracts.contract_page, name="contract_page"),
    path("contracts/<int:contract_id>/edit/", contract_edit.contract_edit, name="contract_edit"),
    path("contracts/<int:contract_id>/signature/", contract_steps.contract_sign, name="contract_sign"),
    path("contracts/<int:contract_id>/notice/", contract_steps.contract_notice, name="contract_notice"),
    path("contracts/<int:contract_id>/end/", contract_steps.contract_end, name="contract_end"),
    path("contracts/<int:contract_id>/renewal/", contract_renewal.contract_renew, name="contract_renew"),
    path("contracts/<int:contract_id>/loss/", contract_renewal.contract_lose, name="contract_lose"),
    path("renewals/", renewals.renewals, name="renewals"),
]

"""Asking for more than the lead's tier grants, and deciding."""

from django.urls import path

from clients.views import approvals

urlpatterns = [
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:approval_id>/", approvals.approval_decision, name="approval_decision"),
    path("approvals/<int:approval_id>/withdrawal/", approvals.approval_withdraw, name="approval_withdraw"),
    path("contracts/<int:contract_id>/approval/", approvals.contract_approval, name="contract_approval"),
    path("deals/<int:deal_id>/approval/", approvals.deal_approval, name="deal_approval"),
]

"""Addresses of the plan for a client."""

from django.urls import path

from relationships.views import plan

urlpatterns = [
    path("clients/<int:client_id>/plan/", plan.plan, name="plan"),
    path("clients/<int:client_id>/plan/new/", plan.plan_action_new, name="plan_action_new"),
    path("plan/<int:action_id>/", plan.plan_action_edit, name="plan_action_edit"),
    path("plan/<int:action_id>/state/", plan.plan_action_state, name="plan_action_state"),
]

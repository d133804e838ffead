"""Addresses of the log: choosing whom, saving, and what can be done with a touch afterwards."""

from django.urls import path

from relationships.views import log, log_line, touches

urlpatterns = [
    path("log/", log.log, name="log"),
    path("clients/<int:client_id>/log/", log.log_for_client, name="log_for_client"),
    path("clients/<int:client_id>/log/line/", log_line.log_line, name="log_line"),
    path("clients/<int:client_id>/log/now/", log.log_at_once, name="log_at_once"),
    path("touches/<int:interaction_id>/edit/", touches.touch_edit, name="touch_edit"),
    path("touches/<int:interaction_id>/undo/", touches.touch_undo, name="touch_undo"),
    path("touches/<int:interaction_id>/history/", touches.touch_history, name="touch_history"),
    path("touches/<int:interaction_id>/payback/", touches.touch_payback, name="touch_payback"),
]

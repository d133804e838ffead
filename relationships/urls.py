"""Addresses of the pages where clients, touches and figures meet."""

from django.urls import path

from relationships import (
    routes_absences,
    routes_backtest,
    routes_calendar,
    routes_client,
    routes_day,
    routes_deliveries,
    routes_escalations,
    routes_health,
    routes_lists,
    routes_log,
    routes_plan,
    routes_rating,
    routes_reminders,
    routes_reports,
    routes_rules,
    routes_runs,
    routes_scoring,
)
from relationships.dashboards import views as dashboards
from relationships.views import (
    assignments,
    decisions,
    follow_up_changes,
    follow_ups,
    today,
)

app_name = "relationships"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("clients/<int:client_id>/follow-ups/", follow_ups.client_follow_ups, name="client_follow_ups"),
    path("clients/<int:client_id>/follow-ups/new/", follow_ups.follow_up_new, name="follow_up_new"),
    path("follow-ups/<int:follow_up_id>/done/", follow_ups.follow_up_done, name="follow_up_done"),
    path(
        "follow-ups/<int:follow_up_id>/snooze/", follow_up_changes.follow_up_snooze, name="follow_up_snooze"
    ),
    path(
        "follow-ups/<int:follow_up_id>/reassign/",
        follow_up_changes.follow_up_reassign,
        name="follow_up_reassign",
    ),
    path(
        "follow-ups/<int:follow_up_id>/reopen/", follow_up_changes.follow_up_reopen, name="follow_up_reopen"
    ),
    path("follow-ups/<int:follow_up_id>/why/", follow_up_changes.follow_up_why, name="follow_up_why"),
    path("portfolio/", dashboards.portfolio, name="portfolio"),
    path("assignments/", assignments.assignments, name="assignments"),
    path("clients/<int:client_id>/assign/", decisions.assign_client, name="assign_client"),
    path("clients/<int:client_id>/key-status/", decisions.key_status_given, name="key_status"),
    path("clients/<int:client_id>/key-status/end/", decisions.key_status_ended, name="key_status_end"),
    *routes_client.urlpatterns,
    *routes_log.urlpatterns,
    *routes_lists.urlpatterns,
    *routes_reports.urlpatterns,
    *routes_rating.urlpatterns,
    *routes_health.urlpatterns,
    *routes_scoring.urlpatterns,
    *routes_runs.urlpatterns,
    *routes_backtest.urlpatterns,
    *routes_rules.urlpatterns,
    *routes_plan.urlpatterns,
    *routes_escalations.urlpatterns,
    *routes_absences.urlpatterns,
    *routes_reminders.urlpatterns,
    *routes_deliveries.urlpatterns,
    *routes_calendar.urlpatterns,
    *routes_day.urlpatterns,
]

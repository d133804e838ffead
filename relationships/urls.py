"""Addresses of the pages where clients, touches and figures meet."""

from django.urls import path

from relationships import (
    routes_backtest,
    routes_health,
    routes_rating,
    routes_reports,
    routes_runs,
    routes_scoring,
)
from relationships.dashboards import views as dashboards
from relationships.views import assignments, client_page, decisions, follow_ups, log, today

app_name = "relationships"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("log/", log.log, name="log"),
    path("clients/<int:client_id>/", client_page.client_page, name="client_page"),
    path("clients/<int:client_id>/health/", client_page.client_health, name="client_health"),
    path("clients/<int:client_id>/tab/", client_page.client_tab, name="client_tab"),
    path("clients/<int:client_id>/timeline/", client_page.client_timeline, name="client_timeline"),
    path("clients/<int:client_id>/log/", log.log_for_client, name="log_for_client"),
    path("clients/<int:client_id>/follow-ups/", follow_ups.client_follow_ups, name="client_follow_ups"),
    path("clients/<int:client_id>/follow-ups/new/", follow_ups.follow_up_new, name="follow_up_new"),
    path("follow-ups/<int:follow_up_id>/done/", follow_ups.follow_up_done, name="follow_up_done"),
    path("follow-ups/<int:follow_up_id>/snooze/", follow_ups.follow_up_snooze, name="follow_up_snooze"),
    path("portfolio/", dashboards.portfolio, name="portfolio"),
    path("assignments/", assignments.assignments, name="assignments"),
    path("clients/<int:client_id>/assign/", decisions.assign_client, name="assign_client"),
    path("clients/<int:client_id>/key-status/", decisions.key_status_given, name="key_status"),
    path("clients/<int:client_id>/key-status/end/", decisions.key_status_ended, name="key_status_end"),
    *routes_reports.urlpatterns,
    *routes_rating.urlpatterns,
    *routes_health.urlpatterns,
    *routes_scoring.urlpatterns,
    *routes_runs.urlpatterns,
    *routes_backtest.urlpatterns,
]

"""Addresses of the reports to clients."""

from django.urls import path

from relationships.reports import views

urlpatterns = [
    path("clients/<int:client_id>/reports/", views.reports, name="reports"),
    path("clients/<int:client_id>/reports/new/", views.report_new, name="report_new"),
    path("reports/<int:report_id>/", views.report_page, name="report_page"),
    path("reports/<int:report_id>/pdf/", views.report_pdf, name="report_pdf"),
    path("reports/<int:report_id>/send/", views.report_send, name="report_send"),
]

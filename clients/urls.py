"""Addresses of clients and contacts. The client page itself is the relationships app's."""

from django.urls import path

from clients.routes import approvals, contracts, delivery, growth, issues, lists, receivables, requests, setup
from clients.views import client_edit, client_list, contact_edit

app_name = "clients"
urlpatterns = [
    path("clients/", client_list.client_list, name="list"),
    path("clients/filters/", client_list.client_filters, name="filters"),
    path("clients/new/", client_edit.client_new, name="new"),
    path("clients/names/", client_edit.client_names, name="names"),
    path("clients/<int:client_id>/edit/", client_edit.client_edit, name="edit"),
    path("clients/<int:client_id>/contacts/new/", contact_edit.contact_new, name="contact_new"),
    path("contacts/<int:contact_id>/edit/", contact_edit.contact_edit, name="contact_edit"),
    *lists.urlpatterns,
    *contracts.urlpatterns,
    *delivery.urlpatterns,
    *receivables.urlpatterns,
    *issues.urlpatterns,
    *requests.urlpatterns,
    *growth.urlpatterns,
    *approvals.urlpatterns,
    *setup.urlpatterns,
]

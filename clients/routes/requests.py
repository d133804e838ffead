"""Internal requests: `access.DEPARTMENT_PAGES` names those that department members open."""

from django.urls import path

from clients.views import requests

urlpatterns = [
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:request_id>/", requests.request_page, name="request_page"),
    path("requests/<int:request_id>/answer/", requests.request_answer, name="request_answer"),
    path("requests/<int:request_id>/state/", requests.request_state, name="request_state"),
    path("clients/<int:client_id>/requests/", requests.client_requests, name="client_requests"),
    path("clients/<int:client_id>/requests/new/", requests.request_new, name="request_new"),
]

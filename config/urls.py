"""Every address of Tend. Each app lists its own; this file only joins them."""

from django.urls import include, path

from accounts.web import errors

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("clients.urls")),
    path("", include("relationships.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

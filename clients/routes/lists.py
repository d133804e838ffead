"""Around the client list: saved views, columns, tags, and what is done to many clients at once."""

from django.urls import path

from clients.views import bulk, saved_views, tags

urlpatterns = [
    path("clients/views/", saved_views.saved_views, name="views"),
    path("clients/views/new/", saved_views.view_new, name="view_new"),
    path("clients/views/<int:view_id>/", saved_views.view_edit, name="view_edit"),
    path("clients/views/<int:view_id>/pin/", saved_views.view_pin, name="view_pin"),
    path("clients/views/<int:view_id>/deletion/", saved_views.view_delete, name="view_delete"),
    path("clients/columns/", saved_views.columns, name="columns"),
    path("clients/bulk/tags/", bulk.bulk_tags, name="bulk_tags"),
    path("clients/bulk/export/", bulk.bulk_export, name="bulk_export"),
    path("clients/export/", bulk.export, name="export"),
    path("clients/<int:client_id>/tags/", tags.tags, name="tags"),
    path("clients/<int:client_id>/tags/edit/", tags.tags_edit, name="tags_edit"),
]

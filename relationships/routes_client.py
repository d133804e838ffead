"""Addresses of the client page and of what stands around it: timeline, notes, people, group."""

from django.urls import path

from relationships.views import client_page, client_timeline, company_tree, contact_page, notes, stakeholders

urlpatterns = [
    path("clients/<int:client_id>/", client_page.client_page, name="client_page"),
    path("clients/<int:client_id>/health/", client_page.client_health, name="client_health"),
    path("clients/<int:client_id>/tab/", client_page.client_tab, name="client_tab"),
    path("clients/<int:client_id>/timeline/", client_timeline.client_timeline, name="client_timeline"),
    path("clients/<int:client_id>/stakeholders/", stakeholders.stakeholders, name="stakeholders"),
    path("clients/<int:client_id>/group/", company_tree.company_tree, name="company_tree"),
    path("clients/<int:client_id>/notes/new/", notes.note_new, name="note_new"),
    path("notes/<int:note_id>/", notes.note, name="note"),
    path("notes/<int:note_id>/edit/", notes.note_edit, name="note_edit"),
    path("notes/<int:note_id>/pin/", notes.note_pin, name="note_pin"),
    path("notes/<int:note_id>/documents/new/", notes.note_document_new, name="note_document_new"),
    path("notes/<int:note_id>/delete/", notes.note_delete, name="note_delete"),
    path("contacts/<int:contact_id>/", contact_page.contact_page, name="contact_page"),
]

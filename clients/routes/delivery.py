"""Intake, promises, milestones and documents."""

from django.urls import path

from clients.views import attachments, delivery, intake, milestones

urlpatterns = [
    path("clients/<int:client_id>/delivery/", delivery.delivery, name="delivery"),
    path("contracts/<int:contract_id>/delivery/", delivery.contract_delivery, name="contract_delivery"),
    path("clients/<int:client_id>/intake/new/", intake.intake_new, name="intake_new"),
    path("intakes/<int:intake_id>/edit/", intake.intake_edit, name="intake_edit"),
    path("intakes/<int:intake_id>/kick-off/", intake.intake_kick_off, name="intake_kick_off"),
    path("clients/<int:client_id>/commitments/new/", intake.commitment_new, name="commitment_new"),
    path("commitments/<int:commitment_id>/decision/", intake.commitment_decision, name="commitment_decision"),
    path("contracts/<int:contract_id>/milestones/new/", milestones.milestone_new, name="milestone_new"),
    path("milestones/<int:milestone_id>/edit/", milestones.milestone_edit, name="milestone_edit"),
    path("milestones/<int:milestone_id>/done/", milestones.milestone_done, name="milestone_done"),
    path("milestones/<int:milestone_id>/acceptance/", milestones.milestone_accept, name="milestone_accept"),
    path("milestones/<int:milestone_id>/delete/", milestones.milestone_delete, name="milestone_delete"),
    path("clients/<int:client_id>/documents/", attachments.client_documents, name="client_documents"),
    path(
        "clients/<int:client_id>/documents/new/", attachments.client_document_new, name="client_document_new"
    ),
    path(
        "contracts/<int:contract_id>/documents/new/",
        attachments.contract_document_new,
        name="contract_document_new",
    ),
    path(
        "milestones/<int:milestone_id>/documents/new/",
        attachments.milestone_document_new,
        name="milestone_document_new",
    ),
    path("issues/<int:issue_id>/documents/", attachments.issue_documents, name="issue_documents"),
    path("issues/<int:issue_id>/documents/new/", attachments.issue_document_new, name="issue_document_new"),
    path("documents/<int:attachment_id>/", attachments.attachment, name="attachment"),
    path("documents/<int:attachment_id>/delete/", attachments.attachment_delete, name="attachment_delete"),
]

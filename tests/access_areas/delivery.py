"""Intake, promises, milestones and documents."""

import datetime

from django.core.files.base import ContentFile
from django.utils import timezone

from clients.models import Attachment, Commitment, Intake
from tests import factories as make

TABLE = """
clients:delivery                       GET     -     404   404   404   200   200   200   200   200   403
clients:contract_delivery              GET     -     404   404   404   200   200   200   200   200   403
clients:intake_new                     GET     -     404   404   404   403   200   200   200   200   403
clients:intake_new                     POST    -     404   404   404   403   422   422   422   422   403
clients:intake_edit                    GET     -     404   404   404   403   200   200   200   200   403
clients:intake_edit                    POST    -     404   404   404   403   422   422   422   422   403
clients:intake_kick_off                GET     -     404   404   404   403   200   200   200   200   403
clients:intake_kick_off                POST    -     404   404   404   403   422   422   422   422   403
clients:commitment_new                 GET     -     404   404   404   403   200   200   200   200   403
clients:commitment_new                 POST    -     404   404   404   403   422   422   422   422   403
clients:commitment_decision            GET     -     404   404   404   403   200   200   200   200   403
clients:commitment_decision            POST    -     404   404   404   403   422   422   422   422   403
clients:milestone_new                  GET     -     404   404   404   403   200   200   200   200   403
clients:milestone_new                  POST    -     404   404   404   403   422   422   422   422   403
clients:milestone_edit                 GET     -     404   404   404   403   200   200   200   200   403
clients:milestone_edit                 POST    -     404   404   404   403   422   422   422   422   403
clients:milestone_done                 GET     -     404   404   404   403   200   200   200   200   403
clients:milestone_done                 POST    -     404   404   404   403   422   422   422   422   403
clients:milestone_accept               GET     -     404   404   404   403   200   200   200   200   403
clients:milestone_accept               POST    -     404   404   404   403   422   422   422   422   403
clients:milestone_delete               GET     -     404   404   404   403   200   200   200   200   403
clients:client_documents               GET     -     404   404   404   200   200   200   200   200   403
clients:client_document_new            GET     -     404   404   404   403   200   200   200   200   403
clients:client_document_new            POST    -     404   404   404   403   422   422   422   422   403
clients:contract_document_new          GET     -     404   404   404   403   200   200   200   200   403
clients:contract_document_new          POST    -     404   404   404   403   422   422   422   422   403
clients:milestone_document_new         GET     -     404   404   404   403   200   200   200   200   403
clients:milestone_document_new         POST    -     404   404   404   403   422   422   422   422   403
clients:issue_documents                GET     -     404   404   404   200   200   200   200   200   403
clients:issue_document_new             GET     -     404   404   404   403   200   200   200   200   403
clients:issue_document_new             POST    -     404   404   404   403   422   422   422   422   403
clients:attachment                     GET     -     404   404   404   200   200   200   200   200   403
clients:attachment_delete              GET     -     404   404   404   403   200   200   200   200   403
"""
WATCHED = [
    "clients_intake",
    "clients_commitment",
    "clients_contract",
    "clients_milestone",
    "clients_attachment",
]


def scene(book):
    """A hand-over, a promise, and a contract with a milestone, an issue and a document."""
    today = timezone.localdate()
    contract = make.contract(book.alpha)
    intake = Intake.objects.create(
        client=book.alpha,
        sold_by="Sales",
        handed_over_on=today,
        kick_off_by=today + datetime.timedelta(days=7),
    )
    document = Attachment(
        client=book.alpha, contract=contract, name="Hợp đồng.txt", content_type="text/plain", size=8
    )
    document.file.save("x", ContentFile(b"contract"))
    return {
        "contract_id": contract.pk,
        "milestone_id": make.milestone(contract).pk,
        "intake_id": intake.pk,
        "commitment_id": Commitment.objects.create(client=book.alpha, text="Free training").pk,
        "issue_id": make.issue(book.alpha).pk,
        "attachment_id": document.pk,
    }

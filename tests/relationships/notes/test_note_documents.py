"""Documents beside a note: the client's own, which the note speaks of."""

import pytest
from django.urls import reverse

from clients import documents
from clients.models import Attachment
from relationships.models import Note
from relationships.services import notes as service
from tests.clients.files import PDF, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def note(book):
    return Note.objects.create(client=book.alpha, text="The minutes of May", author=book.lan)


def attach(note, by, name="Minutes.pdf"):
    file = upload(name, PDF)
    document = documents.inspect(file)
    return service.attach_document(note=note, client=note.client, upload=file, document=document, by=by)


def test_it_is_put_to_a_note_by_whoever_may_change_the_client(book, note, as_user):
    url = reverse("relationships:note_document_new", args=[note.pk])
    answer = as_user(book.manager, htmx=True).post(url, {"file": upload("Biên bản.pdf")})
    assert answer.status_code == 204 and "documents-changed" in answer.headers["HX-Trigger"]
    kept = note.documents.get()
    assert (kept.name, kept.client, kept.uploaded_by) == ("Biên bản.pdf", book.alpha, book.manager)
    for path in (reverse("relationships:note", args=[note.pk]), book.alpha.get_absolute_url()):
        assert reverse("clients:attachment", args=[kept.pk]) in as_user(book.lan).get(path).content.decode()


def test_sent_twice_it_is_there_once(book, note):
    assert attach(note, book.lan) == attach(note, book.lan)
    assert note.documents.count() == Attachment.objects.count() == 1


def test_it_outlives_the_note_among_the_documents_of_the_client(book, note, as_user):
    kept = attach(note, book.lan)
    service.delete_note(note=note, version=note.version)
    panel = as_user(book.lan, htmx=True).get(reverse("clients:client_documents", args=[book.alpha.pk]))
    assert kept.name in panel.content.decode()


def test_deleted_it_goes_from_the_note_too(book, note, as_user):
    kept = attach(note, book.lan)
    assert as_user(book.lan).post(reverse("clients:attachment_delete", args=[kept.pk])).status_code == 302
    assert note.documents.count() == 0


def test_the_timeline_is_searched_by_its_name(book, note, as_user):
    attach(note, book.lan, "Biên bản họp.pdf")
    url = reverse("relationships:client_timeline", args=[book.alpha.pk])
    browser = as_user(book.lan, htmx=True)
    assert "The minutes of May" in browser.get(url, {"q": "bien ban hop"}).content.decode()
    assert "The minutes of May" not in browser.get(url, {"q": "bao gia"}).content.decode()

"""Documents in the application: uploading, downloading, deleting, and files without a row."""

import datetime
import os
import time
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.web.uploads import KeepUpToLimit
from clients import documents, tasks
from clients.models import Attachment
from clients.services import attachments as service
from tests import factories as make
from tests.clients.files import PDF, PNG, upload

PLACES = ["client", "contract", "milestone", "issue"]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def places(book):
    contract = make.contract(book.alpha, number="C-7")
    return {
        "client": book.alpha,
        "contract": contract,
        "milestone": make.milestone(contract),
        "issue": make.issue(book.alpha),
    }


def new_url(place, row):
    return reverse(f"clients:{place}_document_new", args=[row.pk])


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def keep(book, row=None, *, name="Hợp đồng.pdf", content=PDF, by=None):
    file = upload(name, content)
    return service.add_document(
        client=book.alpha,
        upload=file,
        document=documents.inspect(file),
        by=by or book.lan,
        contract=row or make.contract(book.alpha),
    )


# --- Uploading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_document_is_put_to_its_place(book, places, as_user, folder, place, htmx):
    browser, url = as_user(book.lan, htmx=htmx), new_url(place, places[place])
    shown = browser.get(url).content.decode()
    assert 'enctype="multipart/form-data"' in shown and ("<html" in shown) is not htmx
    answer = browser.post(url, {"file": upload()})
    assert answer.status_code == (204 if htmx else 302)
    if htmx:
        assert "documents-changed" in answer.headers["HX-Trigger"]
    row = Attachment.objects.get()
    put_to = {name for name in PLACES[1:] if getattr(row, name)}
    assert (
        put_to == {place} - {"client"}
        and getattr(row, place) == places[place]
        and row.client == book.alpha
        and row.uploaded_by == book.lan
    )
    assert (row.name, row.content_type, row.size) == ("Hợp đồng.pdf", "application/pdf", len(PDF))
    assert files(folder) == [row.file.name], "stored under a name that says nothing"
    assert "đ" not in row.file.name and ".pdf" not in row.file.name
    assert (folder / row.file.name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("page.pdf", b"<html><script>alert(1)</script></html>", "none of these"),
        ("photo.pdf", PNG, "Name it"),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_a_file_that_lies_is_refused_with_its_reason(book, places, as_user, folder, name, content, words):
    answer = as_user(book.lan, htmx=True).post(
        new_url("contract", places["contract"]), {"file": upload(name, content)}
    )
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Attachment.objects.exists() and files(folder) == []


def test_no_file_is_refused(book, places, as_user):
    answer = as_user(book.lan).post(new_url("contract", places["contract"]), {})
    assert answer.status_code == 422 and "file" in answer.context["form"].errors


@pytest.mark.parametrize("size", [2**20 + 1, 6 * 2**20])
def test_a_file_above_the_limit_is_refused_and_not_kept_while_it_arrives(
    book, places, as_user, folder, settings, monkeypatch, size
):
    settings.LARGEST_FILE_BYTES = 2**20
    arrived = []
    chunk = KeepUpToLimit.receive_data_chunk

    def counted(self, raw_data, start):
        kept = chunk(self, raw_data, start)
        arrived.append(len(kept or b""))
        return kept

    monkeypatch.setattr(KeepUpToLimit, "receive_data_chunk", counted)
    answer = as_user(book.lan, htmx=True).post(
        new_url("contract", places["contract"]), {"file": upload("a.txt", b"a" * size)}
    )
    assert answer.status_code == 422 and "at most 1 MB" in answer.content.decode()
    assert sum(arrived) <= 2**20 + 2**17, "what comes after the limit is dropped"
    assert files(folder) == []


def test_the_same_file_sent_twice_is_kept_once(book, places, as_user, folder):
    browser, url = as_user(book.lan), new_url("contract", places["contract"])
    for _ in range(2):
        assert browser.post(url, {"file": upload()}).status_code == 302
    browser.post(url, {"file": upload("Another.pdf")})
    assert Attachment.objects.count() == 2 == len(files(folder))


@pytest.mark.parametrize("person", ["mai", "olga", "dept"])
@pytest.mark.parametrize("place", PLACES)
def test_outsiders_put_nothing(book, places, as_user, folder, person, place):
    answer = as_user(getattr(book, person)).post(new_url(place, places[place]), {"file": upload()})
    assert answer.status_code == (403 if person == "dept" else 404)
    assert not Attachment.objects.exists() and files(folder) == []


def test_a_document_of_another_clients_contract_is_refused_by_the_service(book, folder):
    with pytest.raises(ValueError, match="belongs"):
        keep(book, make.contract(book.omega))
    assert files(folder) == []


# --- Downloading ----------------------------------------------------------------------------------------------


def download(browser, row):
    return browser.get(reverse("clients:attachment", args=[row.pk]))


def test_a_document_is_a_sealed_download_under_its_own_name(book, as_user):
    answer = download(as_user(book.lan), keep(book))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename*=utf-8''H%E1%BB%A3p%20%C4%91%E1%BB%93ng.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


def test_text_stays_text(book, as_user):
    answer = download(as_user(book.lan), keep(book, name="a.csv", content=b"=1+1;2\n"))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.csv"'


@pytest.mark.parametrize("person, code", [("mai", 404), ("olga", 404), ("dept", 403), ("other_manager", 404)])
def test_a_document_does_not_exist_for_outsiders(book, as_user, person, code):
    row = keep(book)
    assert download(as_user(getattr(book, person)), row).status_code == code
    for method in ("POST", "PUT", "DELETE"):
        url = reverse("clients:attachment_delete", args=[row.pk])
        assert as_user(getattr(book, person)).generic(method, url).status_code == code
    assert Attachment.objects.exists()


def test_nobody_reaches_a_file_without_a_log_in(book):
    row = keep(book)
    assert "/accounts/login/" in download(Browser(), row).url
    for path in (f"/{row.file.name}", f"/files/{row.file.name}", f"/static/{row.file.name}"):
        assert Browser().get(path).status_code in (302, 404)


def test_a_file_that_is_lost_is_not_found(book, as_user, folder):
    row = keep(book)
    (folder / row.file.name).unlink()
    assert download(as_user(book.lan), row).status_code == 404


# --- Deleting -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("htmx", [False, True])
def test_deleting_asks_first_and_takes_row_and_file(book, as_user, folder, htmx):
    row, browser = keep(book), as_user(book.lan, htmx=htmx)
    url = reverse("clients:attachment_delete", args=[row.pk])
    assert "Hợp đồng.pdf" in browser.get(url).content.decode() and files(folder) != []
    assert browser.post(url).status_code == (204 if htmx else 302)
    assert not Attachment.objects.exists() and files(folder) == []


@pytest.mark.django_db(transaction=True)
def test_the_file_stays_when_the_deletion_is_rolled_back(book, folder):
    row = keep(book)
    with transaction.atomic():
        service.remove_document(attachment=row)
        transaction.set_rollback(True)
    assert Attachment.objects.exists() and files(folder) == [row.file.name]


def test_a_former_lead_reads_documents_and_deletes_none(book, as_user):
    until = timezone.localdate() + datetime.timedelta(days=3)
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.alpha, book.mai, since_days=600, ended_at=ended, read_until=until)
    row = keep(book)
    assert download(as_user(book.mai), row).status_code == 200
    assert as_user(book.mai).post(reverse("clients:attachment_delete", args=[row.pk])).status_code == 403
    assert Attachment.objects.exists()


# --- Files without a row --------------------------------------------------------------------------------------


def test_a_row_that_cannot_be_written_leaves_no_file(book, folder, monkeypatch):
    def fails(*_args, **_kwargs):
        raise IntegrityError("no room")

    monkeypatch.setattr(Attachment, "save", fails)
    with pytest.raises(IntegrityError):
        keep(book)
    assert files(folder) == []


def aged(path, days):
    moment = time.time() - days * 86400
    os.utime(path, (moment, moment))


@pytest.mark.django_db(transaction=True)
def test_what_a_rollback_left_behind_is_swept_after_a_day_and_nothing_else(book, folder):
    kept = keep(book)
    with transaction.atomic():
        lost = keep(book, name="lost.pdf")
        transaction.set_rollback(True)
    assert Attachment.objects.count() == 1 and len(files(folder)) == 2
    foreign = folder / "README.txt"
    foreign.write_text("Not ours")
    stranger = folder / "ab" / "notes.txt"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("Not ours either")
    tasks.sweep_files()
    assert lost.file.name in files(folder), "it may be an upload that is not committed yet"
    for path in files(folder):
        aged(folder / path, 2)
    tasks.sweep_files()
    tasks.sweep_files()
    assert files(folder) == sorted([kept.file.name, "README.txt", "ab/notes.txt"])


def test_sweeping_an_empty_or_missing_folder_does_nothing(db, folder):
    assert service.sweep_files() == 0
    folder.mkdir(parents=True)
    assert service.sweep_files() == 0


def test_two_sweeps_at_once_do_not_disturb_each_other(db, folder, monkeypatch):
    path = folder / "ab" / uuid.uuid4().hex
    path.parent.mkdir(parents=True)
    path.write_text("orphan")
    aged(path, 2)
    listdir = type(default_storage._wrapped).listdir

    def other_was_quicker(self, where):
        found = listdir(self, where)
        if where == "ab":
            path.unlink()
        return found

    monkeypatch.setattr(type(default_storage._wrapped), "listdir", other_was_quicker)
    assert service.sweep_files() == 0 and files(folder) == []


# --- Lists ----------------------------------------------------------------------------------------------------


def test_the_documents_of_an_issue_are_a_fragment_and_a_page(book, places, as_user):
    url = reverse("clients:issue_documents", args=[places["issue"].pk])
    as_user(book.lan).post(new_url("issue", places["issue"]), {"file": upload("<b>x.pdf")})
    shown = as_user(book.lan, htmx=True).get(url).content.decode()
    assert "b x.pdf" in shown and "<b>" not in shown and "<html" not in shown
    assert "<html" in as_user(book.lan).get(url).content.decode()


def panel_of(browser, client, **filters):
    return browser.get(reverse("clients:client_documents", args=[client.pk]), filters)


def test_a_client_shows_every_document_wherever_it_was_put(book, places, as_user):
    for place in PLACES:
        kept_at(book, places, place, f"For the {place}.pdf")
    shown = panel_of(as_user(book.lan, htmx=True), book.alpha).content.decode()
    found = [shown.index(f"For the {place}.pdf") for place in reversed(PLACES)]
    assert found == sorted(found), "the newest first"
    assert reverse("clients:contract_page", args=[places["contract"].pk]) in shown
    assert reverse("clients:issue_page", args=[places["issue"].pk]) in shown
    assert "documents-q" not in shown, "few documents need no search"
    page = as_user(book.lan).get(book.alpha.get_absolute_url(), {"tab": "documents"}).content.decode()
    assert reverse("clients:client_documents", args=[book.alpha.pk]) in page


def test_many_documents_are_searched_by_name_without_accents(book, places, as_user, monkeypatch):
    monkeypatch.setattr("clients.views.attachments.SHOWN", 2)
    for name in ("Biên bản nghiệm thu.pdf", "100%_plan.pdf", "Offer.pdf"):
        kept_at(book, places, "client", name)
    browser = as_user(book.lan, htmx=True)
    first = panel_of(browser, book.alpha).content.decode()
    assert "The newest 2" in first and "Biên bản" not in first and ">3<" in first
    assert "Biên bản" in panel_of(browser, book.alpha, q="bien ban NGHIEM").content.decode()
    assert panel_of(browser, book.alpha, q="100%_").context["total"] == 1
    assert panel_of(browser, book.alpha, q="1%n").context["total"] == 0
    assert panel_of(browser, book.alpha, q="x" * 101).context["total"] == 3, (
        "too long to be a name: all of them"
    )


def kept_at(book, places, place, name):
    file = upload(name, PDF)
    where = {} if place == "client" else {place: places[place]}
    document = documents.inspect(file)
    return service.add_document(client=book.alpha, upload=file, document=document, by=book.lan, **where)


def test_lists_cost_the_same_at_2_and_at_20_documents(book, places, as_user, django_assert_max_num_queries):
    browser, counts = as_user(book.lan), []
    urls = [
        reverse("clients:issue_documents", args=[places["issue"].pk]),
        reverse("clients:contract_delivery", args=[places["contract"].pk]),
        reverse("clients:delivery", args=[book.alpha.pk]),
    ]
    number = 0
    for count in (2, 18):
        for _ in range(count):
            number += 1
            for place in PLACES:
                browser.post(new_url(place, places[place]), {"file": upload(f"{number}.pdf")})
        counts.append([])
        for url in urls:
            with django_assert_max_num_queries(14) as counted:
                assert f"{number}.pdf" in browser.get(url).content.decode()
            counts[-1].append(len(counted))
    assert counts[0] == counts[1]

"""A Vietnamese reader meets no English: every page is rendered and looked through."""

import io
import json
import re

import openpyxl
import pypdf
import pytest
from django.db import transaction
from django.http import HttpResponse

from accounts.models import User
from clients.models import Client
from relationships.health.refresh import score_clients
from tests import factories as make
from tests import test_access_table as table
from tests.guards import texts

ENGLISH = texts.english()
DATA = {"at risk", "why"}  # names that the scene gave to a saved view and to a reason
# A day, a number or a month as English and machines write them.
FOREIGN = re.compile(
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,3},\d{3}\b|\b(jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d"
)

PAGES = """
admin    /today/
admin    /clients/
admin    /clients/?q=nobody
admin    /clients/?band=nonsense
admin    /clients/filters/
admin    /clients/new/
admin    /clients/{client}/
admin    /clients/{client}/assign/
admin    /clients/{client}/key-status/
admin    /portfolio/
admin    /portfolio/?currency=none
admin    /assignments/
admin    /assignments/?tab=unassigned
admin    /assignments/?tab=people
manager  /portfolio/
lead     /today/
lead     /clients/
lead     /clients/{client}/
lead     /clients/{client}/edit/
lead     /clients/{client}/timeline/
lead     /clients/{client}/timeline/?cursor=nonsense
lead     /clients/{client}/log/
lead     /clients/{client}/follow-ups/new/
lead     /clients/{client}/contacts/new/
lead     /contacts/{contact}/edit/
lead     /follow-ups/{follow_up}/snooze/
lead     /log/
lead     /clients/{stranger}/
lead     /accounts/password/change/
lead     /accounts/logout/
anon     /accounts/login/
anon     /accounts/password/reset/
anon     /accounts/password/reset/done/
anon     /accounts/password/reset/key/1-none/
anon     /accounts/password/reset/key/done/
"""
ROWS = [tuple(line.split()) for line in PAGES.strip().splitlines()]


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    """The scene of the access table with a care that has been neglected; all its readers read Vietnamese."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = table.build()
        User.objects.update(language="vi")
        client, lead = Client.objects.get(pk=built["names"]["client_id"]), built["people"]["lead"]
        contact = make.contact(client, "Minh Phan", role="champion", influence=3)
        make.interaction(client, days_ago=50, contacts=[contact], sentiment=-1, author=lead, kind="call")
        make.follow_up(client, lead, reason="", rule="cadence", facts={"cadence_days": 30})
        score_clients()
        yield built
        transaction.set_rollback(True)


def reader_of(scene, who):
    """The persona as a request knows them, without what an earlier one remembered."""
    person = scene["people"][who]
    return person and User.objects.get(pk=person.pk)


@pytest.mark.parametrize("who, address", ROWS, ids=[f"{who} {address}" for who, address in ROWS])
def test_page_in_vietnamese_has_no_english(scene, db, as_user, who, address):
    names, stranger = scene["names"], Client.objects.get(name="Omega Logistics").pk
    places = {name: names[f"{name}_id"] for name in ("client", "contact", "follow_up")} | {
        "stranger": stranger
    }
    browser = as_user(reader_of(scene, who))
    body = browser.get(address.format(**places), headers={"accept-language": "vi"}).content.decode()
    assert '<html lang="vi"' in body
    assert texts.pieces("\n".join(texts.visible(body))) & ENGLISH - DATA == set()


# --- Every address of the access table --------------------------------------------------------------------------

READERS = ["lead", "admin", "dept", "anon"]
WALKED = [row for row in table.ROWS if row[1] == "GET"]
SENT = [row for row in table.ROWS if row[1] == "POST"]
SENT_WELL = {"200", "204", "302", "422"}


def read(answer):
    """What a person reads in an answer: of a page, a file or the first row of a sheet."""
    kind, body = (
        answer.headers.get("Content-Type", ""),
        b"".join(answer) if answer.streaming else answer.content,
    )
    if "html" in kind:
        return "\n".join(texts.visible(body.decode()))
    if "csv" in kind:
        return body.decode("utf-8-sig").split("\n")[0].replace(",", "\n")
    if "sheet" in kind:
        head = next(openpyxl.load_workbook(io.BytesIO(body), read_only=True).active.rows)
        return "\n".join(str(cell.value) for cell in head)
    if "pdf" in kind:
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    return ""


@pytest.mark.parametrize("row", WALKED, ids=[row[0] for row in WALKED])
def test_every_address_speaks_vietnamese(scene, db, as_user, row):
    """By the first reader whom it lets in; as a fragment where a page would only lead elsewhere."""
    wanted = dict(zip(table.PERSONAS, row[2:], strict=True))
    reader = next((name for name in READERS if wanted[name] == "200"), "lead")
    address = table.address(row[0], scene)
    answer = as_user(reader_of(scene, reader)).get(address, headers={"accept-language": "vi"})
    if answer.status_code == 302:
        answer = as_user(reader_of(scene, reader), htmx=True).get(address)
    said = texts.pieces(read(answer))
    assert said & ENGLISH - DATA == set()
    assert [piece for piece in said if FOREIGN.search(piece)] == []


def heard(answer):
    """What the toasts say that an answer to htmx brings."""
    told = json.loads(answer.headers.get("HX-Trigger", "{}")).values()
    return "\n".join(
        str(toast.get(part, "")) for toast in told if isinstance(toast, dict) for part in ("text", "action")
    )


@pytest.mark.parametrize("row", SENT, ids=[row[0] for row in SENT])
def test_what_an_empty_form_is_told_is_vietnamese(scene, db, as_user, row):
    """Refusals, exports, and what is done at once, by the first reader who may send it."""
    wanted = dict(zip(table.PERSONAS, row[2:], strict=True))
    reader = next((name for name in READERS if wanted[name] in SENT_WELL), "lead")
    browser = as_user(reader_of(scene, reader), htmx=True)
    answer = browser.post(table.address(row[0], scene), headers={"accept-language": "vi"})
    said = texts.pieces(read(answer) + "\n" + heard(answer))
    assert said & ENGLISH - DATA == set()
    assert [piece for piece in said if FOREIGN.search(piece)] == []


def test_walk_sees_english_and_foreign_days():
    page = texts.pieces(
        "\n".join(texts.visible("<p title='Clients'>Save</p><td>2026-11-21</td><td>1,250</td>"))
    )
    assert page & ENGLISH == {"clients", "save"}
    assert sum(bool(FOREIGN.search(piece)) for piece in page) == 2
    toast = HttpResponse(headers={"HX-Trigger": '{"toast": {"text": "Saved", "kind": "error"}}'})
    assert heard(toast).split() == ["Saved"]

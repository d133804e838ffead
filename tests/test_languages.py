"""A Vietnamese reader meets no English: every page is rendered and looked through."""

import pytest
from babel.messages.pofile import read_po

from accounts.models import User
from config.paths import ROOT
from relationships.health.refresh import score_clients
from tests import factories as make
from tests.guards.texts import ALLOWED, visible

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
lan      /today/
lan      /clients/
lan      /clients/{client}/
lan      /clients/{client}/edit/
lan      /clients/{client}/timeline/
lan      /clients/{client}/timeline/?cursor=nonsense
lan      /clients/{client}/log/
lan      /clients/{client}/follow-ups/new/
lan      /clients/{client}/contacts/new/
lan      /contacts/{contact}/edit/
lan      /follow-ups/{follow_up}/snooze/
lan      /log/
lan      /clients/{stranger}/
lan      /accounts/password/change/
lan      /accounts/logout/
nobody   /accounts/login/
nobody   /accounts/password/reset/
nobody   /accounts/password/reset/done/
nobody   /accounts/password/reset/key/1-none/
nobody   /accounts/password/reset/key/done/
"""
ROWS = [tuple(line.split()) for line in PAGES.strip().splitlines()]


@pytest.fixture(scope="module")
def english():
    """What the pages say in English and say otherwise in Vietnamese; texts that are built up are left out."""
    with (ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po").open("rb") as handle:
        messages = [m for m in read_po(handle, locale="vi") if m.id and not m.pluralizable]
    return {m.id.casefold() for m in messages if m.id != m.string and "%(" not in m.id} - {
        text.casefold() for text in ALLOWED
    }


@pytest.fixture
def places(book):
    """What the addresses name: a client with everything on its page, and one of somebody else."""
    User.objects.update(language="vi")
    client = book.alpha
    contact = make.contact(client, "Minh Phan", role="champion", influence=3)
    make.interaction(client, days_ago=50, contacts=[contact], sentiment=-1, author=book.lan, kind="call")
    follow_up = make.follow_up(client, book.lan, due_in=-2)
    make.follow_up(client, book.lan, reason="", rule="cadence", facts={"cadence_days": 30})
    score_clients()
    return {"client": client.pk, "contact": contact.pk, "follow_up": follow_up.pk, "stranger": book.omega.pk}


@pytest.mark.parametrize("who, address", ROWS, ids=[f"{who} {address}" for who, address in ROWS])
def test_page_in_vietnamese_has_no_english(book, places, as_user, english, who, address):
    reader = User.objects.get(pk=getattr(book, who).pk) if who != "nobody" else None
    answer = as_user(reader).get(address.format(**places), headers={"accept-language": "vi"})
    body = answer.content.decode()
    assert '<html lang="vi"' in body
    pieces = {piece.strip(" \n:.·“”").casefold() for text in visible(body) for piece in text.splitlines()}
    assert pieces & {text.strip(" :.") for text in english} == set()

"""Notes: written once, found by those who may read, telling whom they name, guarded against two editors."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from clients.services.editing import EditConflict
from relationships.followups.planning import plan_deliveries
from relationships.followups.telling import told
from relationships.models import Delivery, DeliveryKind, Note
from relationships.services import notes as service
from tests import factories as make

pytestmark = pytest.mark.django_db


def write(book, text="They move in May", *, by=None, **values):
    values.setdefault("idempotency_key", uuid.uuid4())
    return service.add_note(client=book.alpha, text=text, by=by or book.lan, **values)


def mentions(user):
    return Delivery.objects.filter(kind=DeliveryKind.MENTION, user=user)


def url(name, pk):
    return reverse(f"relationships:{name}", args=[pk])


def form(text="They move in May", **values):
    return {"text": text, "idempotency_key": str(uuid.uuid4())} | values


# --- Who may read, and is therefore told ------------------------------------------------------------------------


@pytest.fixture
def wide(book):
    """Alpha with everyone who can come to read it: team members, stand-ins, former leads for a while."""
    helper = make.user("Hoa Helper", team=book.south)
    make.assignment(book.alpha, helper, role="support")
    now, today = timezone.now(), timezone.localdate()
    for name, began, ended, reads_for in (("Phúc Former", 600, 500, 7), ("Gia Gone", 900, 650, -1)):
        make.assignment(
            book.alpha,
            make.user(name, team=book.south),
            since_days=began,
            ended_at=now - datetime.timedelta(days=ended),
            read_until=today + datetime.timedelta(days=reads_for),
        )
    stand_in = make.user("Sang StandIn", team=book.south)
    book.lan.absences.create(substitute=stand_in, first_day=today, last_day=today)
    make.user("Left Long Ago", team=book.north, is_active=False)
    return book


def test_colleagues_are_exactly_those_who_see_the_client(wide):
    people = type(wide.lan).objects.all()
    readers = set(service.colleagues_of(wide.alpha))
    assert readers == {
        user for user in people if Client.objects.visible_to(user).filter(pk=wide.alpha.pk).exists()
    }
    assert {person.name for person in readers} >= {"Hoa Helper", "Phúc Former", "Sang StandIn", "Ada Admin"}
    assert {"Gia Gone", "Left Long Ago", "Olga Berg"}.isdisjoint(person.name for person in readers)


def test_a_note_tells_those_it_names_and_nobody_who_may_not_read(book):
    note, people = write(book, "@Sơn Phạm and @Olga Berg: see @Lan Nguyễn")
    assert people == [book.senior]
    assert list(note.mentioned.all()) == [book.senior]
    row = mentions(book.senior).get()
    assert (row.channel, row.status, row.client, row.key) == ("in_app", "sent", book.alpha, str(note.pk))
    assert not mentions(book.olga).exists() and not mentions(book.lan).exists()
    words = told(row)
    assert words.title == "Alpha Thép Việt: Lan Nguyễn mentioned you"
    assert words.text.startswith("@Sơn Phạm and") and words.url == url("note", note.pk)


def test_the_same_form_twice_is_one_note_and_tells_once(book):
    key = uuid.uuid4()
    first, told_first = write(book, "@Sơn Phạm", idempotency_key=key)
    again, told_again = write(book, "@Sơn Phạm", idempotency_key=key)
    assert first == again and (told_first, told_again) == ([book.senior], [])
    assert mentions(book.senior).count() == 1


def test_an_edit_tells_whom_it_names_anew_and_takes_back_from_whom_it_names_no_more(book):
    note, _told = write(book, "@Sơn Phạm")
    saved, told_now = service.save_note(note=note, version=1, text="@Sơn Phạm and @Minh Trần")
    assert told_now == [book.manager] and saved.version == 2 and saved.edited_at
    assert mentions(book.senior).get().facts["text"] == "@Sơn Phạm and @Minh Trần"
    service.save_note(note=saved, version=2, text="@Minh Trần alone")
    assert not mentions(book.senior).exists() and mentions(book.manager).count() == 1


def test_planning_of_reminders_leaves_a_mention_unread(book):
    write(book, "@Sơn Phạm")
    plan_deliveries()
    assert mentions(book.senior).get().read_at is None


def test_a_mention_stands_under_the_bell_until_the_client_is_another_s(book, as_user):
    write(book, "@Sơn Phạm look at this")
    page = as_user(book.senior).get(reverse("relationships:reminders")).content.decode()
    assert "Lan Nguyễn mentioned you" in page and "look at this" in page
    book.north.lead = book.mai
    book.north.save()
    assert (
        "mentioned you" not in as_user(book.senior).get(reverse("relationships:reminders")).content.decode()
    )


def test_a_note_is_no_touch(book):
    Client.objects.filter(pk=book.alpha.pk).update(health_stale_since=None)
    write(book)
    alpha = Client.objects.get(pk=book.alpha.pk)
    assert (alpha.last_interaction_at, alpha.health_stale_since) == (None, None)


# --- Two editors ------------------------------------------------------------------------------------------------


def test_who_saves_second_is_told_and_nothing_is_lost(book):
    note, _told = write(book)
    service.save_note(note=note, version=1, text="Theirs")
    with pytest.raises(EditConflict):
        service.save_note(note=note, version=1, text="Mine")
    assert Note.objects.get().text == "Theirs"
    assert service.save_note(note=note, version=1, text="Theirs")[0].version == 2  # sent twice


def test_the_page_offers_both_versions_and_saves_the_choice(book, as_user):
    note, _told = write(book)
    service.save_note(note=note, version=1, text="Theirs")
    browser = as_user(book.lan)
    answer = browser.post(url("note_edit", note.pk), {"text": "Mine", "version": 1})
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode() and "Theirs" in answer.content.decode()
    assert browser.post(url("note_edit", note.pk), {"text": "Mine", "version": 2}).status_code == 302
    assert Note.objects.get().text == "Mine"


def test_pinning_is_no_edit_of_the_words(book):
    note, _told = write(book)
    pinned = service.pin_note(note=note, pinned=True)
    assert pinned.pinned_at and pinned.version == 1
    assert service.pin_note(note=note, pinned=True).pinned_at == pinned.pinned_at
    service.save_note(note=note, version=1, text="Still mine")
    assert service.pin_note(note=note, pinned=False).pinned_at is None


def test_a_note_that_changed_is_not_deleted_unseen(book, as_user):
    note, _told = write(book, "@Sơn Phạm")
    service.save_note(note=note, version=1, text="@Sơn Phạm, new words")
    browser = as_user(book.lan, htmx=True)
    assert browser.post(url("note_delete", note.pk), {"version": 1}).status_code == 409
    answer = browser.post(url("note_delete", note.pk), {"version": 2})
    assert answer.status_code == 204 and "notes-changed" in json.loads(answer.headers["HX-Trigger"])
    assert not Note.objects.exists() and not mentions(book.senior).exists()


# --- On the screen ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
def test_a_note_is_written_and_says_whom_it_told(book, as_user, htmx):
    browser = as_user(book.lan, htmx=htmx)
    assert "Write @" in browser.get(url("note_new", book.alpha.pk)).content.decode()
    answer = browser.post(url("note_new", book.alpha.pk), form("@Sơn Phạm they move", pinned="on"))
    assert answer.status_code == (204 if htmx else 302)
    if htmx:
        events = json.loads(answer.headers["HX-Trigger"])
        assert (
            events["toast"]["text"] == "The note is kept. Sơn Phạm is told of it."
            and "notes-changed" in events
        )
    note = Note.objects.get()
    assert note.pinned_at and note.author == book.lan


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "a\u202eb", "<script>"])
def test_what_is_no_note_is_told_at_its_field(book, as_user, text):
    answer = as_user(book.lan).post(url("note_new", book.alpha.pk), form(text))
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["text"]
    assert not Note.objects.exists()


def test_a_form_without_its_number_says_so_and_writes_nothing(book, as_user):
    answer = as_user(book.lan).post(url("note_new", book.alpha.pk), {"text": "Words"})
    assert answer.status_code == 422 and not Note.objects.exists()


def test_only_those_who_may_read_are_offered_and_never_oneself(book, as_user):
    people = as_user(book.lan).get(url("note_new", book.alpha.pk)).context["people"]
    assert {person.name for person in people} == {"Sơn Phạm", "Minh Trần", "Ada Admin"}


def test_the_page_of_a_note_tells_what_it_said_before(book, as_user):
    note, _told = write(book, "First words <b>")
    service.pin_note(note=note, pinned=True)
    service.save_note(note=note, version=1, text="@Sơn Phạm second words")
    page = as_user(book.senior).get(url("note", note.pk)).content.decode()
    assert '<span class="mention">@Sơn Phạm</span> second words' in page
    assert page.count("First words &lt;b&gt;") == 1 and "<b>" not in page.split("<main")[1].split("</main")[0]


def test_pinned_notes_open_the_client_page_and_others_do_not(book, as_user):
    write(book, "Everyone must know", pinned=True)
    write(book, "Only the timeline")
    answer = as_user(book.lan).get(book.alpha.get_absolute_url())
    assert [pinned.parts for pinned in answer.context["pinned"]] == [[("Everyone must know", False)]]
    page = answer.content.decode()
    assert page.index("Everyone must know") < page.index("health-title") < page.index("Only the timeline")


def test_a_former_lead_reads_notes_without_a_way_to_change_them(book, as_user):
    former = make.user("Phúc Former", team=book.south)
    ended = timezone.now() - datetime.timedelta(days=500)
    until = timezone.localdate() + datetime.timedelta(days=7)
    make.assignment(book.alpha, former, since_days=900, ended_at=ended, read_until=until)
    note, _told = write(book, "Read me", by=former, pinned=True)
    page = as_user(former).get(book.alpha.get_absolute_url()).content.decode()
    assert "Read me" in page and f"/notes/{note.pk}/pin/" not in page and "notes/new/" not in page


def test_pages_cost_the_same_at_2_notes_and_at_20(book, as_user, django_assert_max_num_queries):
    note, _told = write(book, "@Sơn Phạm", pinned=True)
    write(book, pinned=True)
    browser, counts = as_user(book.lan), []
    addresses = [url("note", note.pk), url("client_timeline", book.alpha.pk), book.alpha.get_absolute_url()]
    for more in (0, 18):
        for n in range(more):
            write(book, f"@Sơn Phạm @Minh Trần {n}", pinned=True)
        for address in addresses:
            with django_assert_max_num_queries(12) as found:
                browser.get(address)
            counts.append(len(found))
    assert counts[:3] == counts[3:]

"""A touch that was saved on a device without a connection and sent later: it took place, whatever has changed since."""

import datetime
import json
import uuid

import pytest
from django.utils import timezone

from relationships.models import FollowUp, FollowUpStatus, Interaction
from relationships.services.follow_ups import close_follow_ups
from tests import factories as make

THREE_DAYS = datetime.timedelta(days=3)


@pytest.fixture
def saved(book):
    """What the device sends: saved three days ago, with a next step that was due two days ago."""
    moment = timezone.localtime() - THREE_DAYS
    return {
        "idempotency_key": str(uuid.uuid4()),
        "kind": "call",
        "direction": "out",
        "occurred_at": moment.strftime("%Y-%m-%dT%H:%M"),
        "summary": "They want two weeks more",
        "next_step": "Send the letter",
        "next_step_on": (moment.date() + datetime.timedelta(days=1)).isoformat(),
        "saved_at": moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.123Z"),
    }


def send(book, as_user, saved):
    return as_user(book.lan, htmx=True).post(f"/clients/{book.alpha.pk}/log/", saved)


def toast(response):
    return json.loads(response["HX-Trigger"])["toast"]["text"]


def test_the_moment_and_the_next_step_stay_as_they_were_said(book, as_user, saved):
    assert send(book, as_user, saved).status_code == 204
    touch, step = Interaction.objects.get(), FollowUp.objects.get(rule="next_step")
    assert timezone.localtime(touch.occurred_at).strftime("%Y-%m-%dT%H:%M") == saved["occurred_at"]
    assert step.due_on == touch.occurred_on + datetime.timedelta(days=1) < timezone.localdate()


def test_a_next_step_before_it_was_saved_is_refused(book, as_user, saved):
    saved["next_step_on"] = (timezone.localdate() - datetime.timedelta(days=4)).isoformat()
    response = send(book, as_user, saved)
    assert response.status_code == 422 and "Please choose today or a day ahead." in response.content.decode()
    assert not Interaction.objects.exists()


@pytest.mark.parametrize("moment", ["yesterday", "2999-01-01T00:00:00Z", "1066-10-14T09:00:00Z"])
def test_a_moment_that_cannot_be_is_refused(book, as_user, saved, moment):
    assert send(book, as_user, saved | {"saved_at": moment}).status_code == 422
    assert not Interaction.objects.exists()


def test_a_form_of_the_page_still_refuses_a_day_that_is_over(book, as_user, saved):
    assert send(book, as_user, saved | {"saved_at": ""}).status_code == 422
    del saved["saved_at"]
    assert send(book, as_user, saved).status_code == 422


def test_what_somebody_has_closed_meanwhile_is_told_and_the_touch_saved(book, as_user, saved):
    due = make.follow_up(book.alpha, book.lan, kind="call", reason="Call back", due_in=-4)
    close_follow_ups([due], by=book.senior)
    response = send(book, as_user, saved | {"closes": [due.pk], "ticked": [due.pk]})
    assert response.status_code == 204 and "Closed already: Call back." in toast(response)
    due.refresh_from_db()
    assert due.closed_by == book.senior and due.status == FollowUpStatus.DONE


def test_a_contact_who_has_left_meanwhile_was_met_all_the_same(book, as_user, saved):
    contact = make.contact(book.alpha, "Phạm Đức", left_on=timezone.localdate())
    assert send(book, as_user, saved | {"contacts": [contact.pk]}).status_code == 204
    assert list(Interaction.objects.get().contacts.all()) == [contact]


def test_follow_ups_and_contacts_of_another_client_stay_refused(book, as_user, saved):
    theirs = make.follow_up(book.omega, book.olga)
    stranger = make.contact(book.omega, "Somebody")
    for foreign in ({"closes": [theirs.pk]}, {"ticked": [theirs.pk]}, {"contacts": [stranger.pk]}):
        assert send(book, as_user, saved | foreign).status_code == 422
    assert not Interaction.objects.exists()


def test_sent_twice_it_is_one_touch(book, as_user, saved):
    assert [send(book, as_user, saved).status_code for _time in range(2)] == [204, 204]
    assert Interaction.objects.count() == 1 and FollowUp.objects.filter(rule="next_step").count() == 1

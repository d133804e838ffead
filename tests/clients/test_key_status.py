"""Key status: given and ended with a reason, once."""

import pytest
from django.utils import timezone

from clients.models import Client, KeyStatus
from clients.services.editing import EditConflict, save_client
from clients.services.key_status import AlreadyKey, LostClient, NotKey, end_key, mark_key
from tests import factories as make


def reloaded(client):
    return Client.objects.get(pk=client.pk)


def test_mark_key_writes_a_period_and_the_segment(book):
    period = mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    assert (period.approved_by, period.reason, period.ended_at) == (book.admin, "Three plants", None)
    client = reloaded(book.alpha)
    assert client.segment == "key"
    assert client.health_stale_since is not None


def test_mark_key_twice_counts_once(book):
    first = mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    assert mark_key(client=book.alpha, by=book.admin, reason="Three plants").pk == first.pk
    assert KeyStatus.objects.count() == 1


def test_mark_key_tells_who_was_first(book):
    other = make.user(role="admin")
    mark_key(client=book.alpha, by=other, reason="Mine")
    with pytest.raises(AlreadyKey) as refused:
        mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    assert refused.value.period.approved_by == other


def test_lost_client_is_not_made_key(book):
    client = make.client(status="lost", lost_on=timezone.localdate(), lost_reason="price")
    with pytest.raises(LostClient):
        mark_key(client=client, by=book.admin, reason="Three plants")
    assert reloaded(client).segment == "standard"


def test_end_key_keeps_who_and_why_and_makes_it_major(book):
    mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    period = end_key(client=book.alpha, by=book.admin, reason="Sold two of them")
    assert (period.ended_by, period.end_reason) == (book.admin, "Sold two of them")
    assert period.ended_at >= period.started_at
    assert reloaded(book.alpha).segment == "major"


def test_end_key_twice_counts_once(book):
    mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    first = end_key(client=book.alpha, by=book.admin, reason="Sold")
    assert end_key(client=book.alpha, by=book.admin, reason="Sold").pk == first.pk
    with pytest.raises(NotKey):
        end_key(client=book.alpha, by=book.admin, reason="Another reason")


def test_client_that_was_never_key_has_nothing_to_end(book):
    with pytest.raises(NotKey):
        end_key(client=book.alpha, by=book.admin, reason="Sold")
    assert reloaded(book.alpha).segment == "standard"


def test_key_client_without_a_period_gets_one_when_it_ends(book):
    """A book loaded from elsewhere may say "key" and not since when."""
    client = make.client(segment="key")
    period = end_key(client=client, by=book.admin, reason="Sold")
    assert (period.started_at, period.end_reason) == (client.created_at, "Sold")
    assert reloaded(client).segment == "major"


def test_client_can_become_key_again(book):
    mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    end_key(client=book.alpha, by=book.admin, reason="Sold")
    mark_key(client=book.alpha, by=book.admin, reason="Bought five")
    assert book.alpha.key_periods.count() == 2
    assert reloaded(book.alpha).segment == "key"


def test_edit_opened_before_the_decision_does_not_undo_it(book):
    opened = reloaded(book.alpha)
    mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    with pytest.raises(EditConflict):
        save_client(client=opened, version=opened.version, changes={"segment": "major"})
    assert reloaded(book.alpha).segment == "key"

"""Tags: on one client and on many, found by the list's filter, and never a word of clients one may not see."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from clients.models import ClientTag, Tag
from clients.services.tags import tag_named
from tests import factories as make

BULK = "/clients/bulk/tags/"


def tags_of(client):
    return list(ClientTag.objects.filter(client=client).values_list("tag__name", flat=True))


def put(client, name, by=None):
    tag = tag_named(name)
    ClientTag.objects.create(client=client, tag=tag, added_by=by)
    return tag


# --- One client -----------------------------------------------------------------------------------------------


def edit(client):
    return reverse("clients:tags_edit", args=[client.pk])


def test_tags_are_put_on_and_taken_off(book, as_user):
    steel, browser = put(book.alpha, "Thép"), as_user(book.lan)
    data = {"tags": [], "shown": [steel.pk], "names": "Chờ giá,  chờ   GIÁ , VIP"}
    assert browser.post(edit(book.alpha), data).status_code == 302
    assert tags_of(book.alpha) == ["Chờ giá", "VIP"]
    assert ClientTag.objects.filter(added_by=book.lan).count() == 2


def test_a_tag_that_somebody_else_put_on_meanwhile_stays(book, as_user):
    steel = put(book.alpha, "Thép")
    put(book.alpha, "Meanwhile")
    as_user(book.lan).post(edit(book.alpha), {"tags": [], "shown": [steel.pk], "names": ""})
    assert tags_of(book.alpha) == ["Meanwhile"]


def test_case_and_accents_make_no_other_tag(db):
    assert {tag_named(name).pk for name in ("Thép", "thep", "THÉP")} == {Tag.objects.get().pk}
    assert Tag.objects.get().name == "Thép"


@pytest.mark.django_db(transaction=True)
def test_the_same_new_word_at_the_same_moment_is_one_tag():
    ready, found = threading.Barrier(2), []

    def make_one():
        ready.wait()
        found.append(tag_named("Cùng lúc").pk)
        connection.close()

    threads = [threading.Thread(target=make_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2 and len(set(found)) == 1


@pytest.mark.parametrize("names", ["x" * 41, "a,b,c,d,e,f", "<script>", "…"])
def test_tags_that_cannot_be_read_are_refused(book, as_user, names):
    answer = as_user(book.lan).post(edit(book.alpha), {"names": names})
    assert answer.status_code == 422
    assert not Tag.objects.exists()


def test_the_client_page_asks_for_the_tags_again(book, as_user):
    put(book.alpha, "Thép")
    url = reverse("clients:tags", args=[book.alpha.pk])
    page = as_user(book.lan, htmx=True).get(url).text
    assert "Thép" in page and edit(book.alpha) in page
    answer = as_user(book.lan, htmx=True).post(edit(book.alpha), {"names": "VIP"})
    assert answer.status_code == 204 and "client-tagged" in answer["HX-Trigger"]
    assert as_user(book.lan).get(url).url == book.alpha.get_absolute_url()


def test_words_of_others_clients_are_not_offered(book, as_user):
    put(book.omega, "Bí mật")
    put(book.alpha, "Thép")
    assert "Bí mật" not in as_user(book.lan).get(edit(book.alpha)).text
    assert "Bí mật" not in as_user(book.lan).get(reverse("clients:filters")).text
    assert "Bí mật" in as_user(book.admin).get(reverse("clients:filters")).text
    secret = Tag.objects.get(name="Bí mật")
    answer = as_user(book.lan).post(edit(book.alpha), {"tags": [secret.pk]})
    assert answer.status_code == 422 and "Bí mật" not in answer.text
    assert tags_of(book.alpha) == ["Thép"]


# --- The list -------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_by_a_tag(book, as_user):
    tag = put(book.alpha, "Thép")
    put(book.omega, "Thép 2")
    answer = as_user(book.admin).get(f"/clients/?tag={tag.pk}")
    assert [client.name for client in answer.context["page"]] == ["Alpha Thép Việt"]
    assert [words for words, _without in answer.context["bar"].applied] == ["Thép"]
    of_olga = as_user(book.olga).get(f"/clients/?tag={tag.pk}")
    assert of_olga.status_code == 200 and len(of_olga.context["page"]) == 0
    assert "Thép<" not in of_olga.text


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "x", "1e400", "9" * 30])
def test_a_tag_that_is_none_is_refused(book, as_user, value):
    assert as_user(book.lan).get(f"/clients/?tag={value}").status_code == 422


# --- Many clients ---------------------------------------------------------------------------------------------


@pytest.fixture
def three(book):
    """Alpha and two more of Lan's; the last one already tagged."""
    clients = [book.alpha, make.client("Beta", lead=book.lan), make.client("Gamma", lead=book.lan)]
    put(clients[2], "Thép")
    return clients


def test_many_are_tagged_and_each_is_told(book, as_user, three):
    tag, ids = Tag.objects.get(), [client.pk for client in three]
    browser = as_user(book.lan, htmx=True)
    assert "3 clients" in browser.get(BULK, {"client": ids}).text
    answer = browser.post(BULK, {"client": ids, "what": "on", "tags": [tag.pk], "names": ""})
    assert answer.status_code == 200 and "clients-changed" in answer["HX-Trigger"]
    told = {one.client.name: (one.tone, one.text) for one in answer.context["outcomes"]}
    assert told == {
        "Alpha Thép Việt": ("good", "Put on: Thép"),
        "Beta": ("good", "Put on: Thép"),
        "Gamma": ("plain", "Had them already."),
    }
    assert "2 of 3 clients changed" in answer.text
    assert all(tags_of(client) == ["Thép"] for client in three)
    again = browser.post(BULK, {"client": ids, "what": "on", "tags": [tag.pk]})
    assert again.context["done"] == 0 and ClientTag.objects.count() == 3


def test_many_lose_a_tag(book, as_user, three):
    tag, ids = Tag.objects.get(), [client.pk for client in three]
    answer = as_user(book.lan).post(BULK, {"client": ids, "what": "off", "tags": [tag.pk]})
    assert answer.context["done"] == 1 and not ClientTag.objects.exists()
    answer = as_user(book.lan).post(BULK, {"client": ids, "what": "off", "names": "New"})
    assert answer.status_code == 422


def test_each_row_is_checked(book, as_user, three):
    """A client of others is left out unnamed; one that may only be read is named and stays as it is."""
    make.assignment(book.omega, book.lan, since_days=900, ended_at=_ago(500), read_until=_today())
    stranger = make.client("Stranger", lead=book.other_manager)
    ids = [book.alpha.pk, book.omega.pk, stranger.pk, 10**12]
    answer = as_user(book.lan).post(BULK, {"client": ids, "what": "on", "names": "VIP"})
    told = {one.client.name: one.tone for one in answer.context["outcomes"]}
    assert told == {"Alpha Thép Việt": "good", "Omega Logistics": "warn"}
    assert answer.context["unseen"] == 2 and "Stranger" not in answer.text
    assert tags_of(book.alpha) == ["VIP"] and not tags_of(book.omega) and not tags_of(stranger)


def _ago(days):
    return make.timezone.now() - make.datetime.timedelta(days=days)


def _today():
    return make.timezone.localdate()


@pytest.mark.parametrize("client", [[], ["x"], ["-1"], ["0"], ["9" * 40], [10**12]])
def test_nothing_to_tag_is_said(book, as_user, client):
    for method in ("get", "post"):
        answer = getattr(as_user(book.lan), method)(BULK, {"client": client, "what": "on", "names": "VIP"})
        assert answer.status_code == 422 and "Back to the list" in answer.text
    assert not Tag.objects.exists()


def test_everything_that_fits_is_chosen_by_the_filters(book, as_user, three):
    ask = {"all": "1", "fits": "q=beta", "client": [book.omega.pk]}
    chosen = as_user(book.lan).get(BULK, ask).context["selection"]
    assert [client.name for client in chosen.clients] == ["Beta"]
    chosen = as_user(book.lan).get(BULK, {"all": "1", "fits": ""}).context["selection"]
    assert len(chosen.clients) == 3
    assert as_user(book.lan).get(BULK, {"all": "1", "fits": "band=purple"}).status_code == 422


def test_too_many_at_once_are_refused(book, as_user, three, monkeypatch):
    monkeypatch.setattr("clients.selection.MOST_AT_ONCE", 2)
    for ask in ({"all": "1"}, {"client": [client.pk for client in three]}):
        answer = as_user(book.lan).get(BULK, ask)
        assert answer.status_code == 422 and "At most 2 clients at once" in answer.text


def test_tagging_takes_the_same_queries_for_2_and_for_20(book, as_user, django_assert_max_num_queries):
    browser, ids = as_user(book.lan), [book.alpha.pk, make.client(lead=book.lan).pk]
    tag_named("VIP")
    data = {"what": "on", "names": "VIP"}
    with django_assert_max_num_queries(14) as few:
        browser.post(BULK, data | {"client": ids})
    more = [make.client(lead=book.lan).pk for _ in range(20)]
    with django_assert_max_num_queries(14) as many:
        assert browser.post(BULK, data | {"client": more}).context["done"] == 20
    assert len(many) == len(few)

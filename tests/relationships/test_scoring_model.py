"""The scoring model's pages: draft, preview, publishing, history. Who may come here: tests/access_areas/scoring.py."""

import datetime
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from relationships.forms_scoring import DraftForm
from relationships.health import preview, refresh
from relationships.health.spec import FIRST_SPEC, THIRD_SPEC, Spec, SpecError
from relationships.models import PreviewChange, ScoringDraft, ScoringModel, ScoringPreview
from relationships.scoring_words import as_json, changes, flat
from relationships.services import scoring_model as services
from tests import factories as make

HOME, DRAFT, PREVIEW, PUBLISH, DISCARD = (
    reverse(f"relationships:{name}")
    for name in ("scoring_model", "scoring_draft", "scoring_preview", "scoring_publish", "scoring_discard")
)
OTHER = THIRD_SPEC | {"minimum_coverage": 40}


@pytest.fixture
def admin(book, as_user):
    return as_user(book.admin)


def typed(spec=THIRD_SPEC, *, version=0, seen_model=3, note="", **fields):
    """What a browser posts for `spec`, with some fields typed over."""
    values = (
        flat(Spec.from_json(spec)) | {"note": note, "version": version, "seen_model": seen_model} | fields
    )
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value is not None and value is not False
    }


def a_draft(book, spec=OTHER, **fields):
    return ScoringDraft.objects.create(
        spec=spec, based_on=ScoringModel.objects.current(), updated_by=book.admin, **fields
    )


def a_finished_preview(spec=OTHER):
    row = ScoringPreview.objects.create(spec=spec, model=ScoringModel.objects.current())
    while preview.work_on_open():
        pass
    row.refresh_from_db()
    assert row.ended_at
    assert not row.error
    return row


def a_version(spec, **fields):
    number = ScoringModel.objects.current().version + 1
    row = {"spec": spec, "note": "Test", "published_at": timezone.now()} | fields
    return ScoringModel.objects.create(version=number, **row)


# --- Words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", [FIRST_SPEC, THIRD_SPEC])
def test_a_model_survives_being_flat(spec):
    checked = Spec.from_json(spec)
    assert Spec.from_json(as_json(flat(checked))) == checked


def test_changes_name_what_differs():
    spec = THIRD_SPEC | {
        "caps": THIRD_SPEC["caps"] | {"own_rating": None},
        "bands": {"healthy": 80, "watch": 50},
    }
    found = [(c.label, c.before, c.after) for c in changes(Spec.from_json(THIRD_SPEC), Spec.from_json(spec))]
    assert found == [("Healthy from", "75", "80"), ("The lead's own rating is 1", "49", "off")]


# --- The form -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"weight_rhythm_key": "101"}, "weight_rhythm_key"),
        ({"weight_rhythm_key": ""}, "weight_rhythm_key"),
        ({"weight_rhythm_key": "many"}, "weight_rhythm_key"),
        ({"weight_rhythm_key": "nan"}, "weight_rhythm_key"),
        ({"weight_rhythm_key": "0"}, "weight_rhythm_key"),
        ({"cadence_key": "0"}, "cadence_key"),
        ({"cadence_key": "1.5"}, "cadence_key"),
        ({"roles_major": "8"}, "roles_major"),
        ({"healthy": "54"}, "healthy"),
        ({"watch": "-1"}, "watch"),
        ({"minimum_coverage": "101"}, "minimum_coverage"),
        ({"points": "26"}, "healthy"),
        ({"nights": "366"}, "nights"),
        ({"cap_own_rating": "101"}, "cap_own_rating"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_a_wrong_number_is_told_at_its_field(fields, wrong):
    form = DraftForm(typed(**fields))
    assert not form.is_valid()
    assert list(form.errors) == [wrong]


def test_without_any_component_there_is_no_model():
    form = DraftForm({k: v for k, v in typed().items() if not k.startswith("on_")})
    assert not form.is_valid()
    assert list(form.errors) == ["__all__"]


def test_what_the_form_takes_the_spec_takes_and_the_other_way_round():
    """Values at and beyond each edge: the form refuses exactly what Spec refuses."""
    for name, value in flat(Spec.from_json(THIRD_SPEC)).items():
        if isinstance(value, bool):
            continue
        for edge in (-1, 0, 1, 7, 8, 50, 55, 75, 100, 101, 365, 366, 3650, 3651):
            data = typed(**{name: edge})
            form = DraftForm(data)
            try:
                Spec.from_json(as_json(flat(Spec.from_json(THIRD_SPEC)) | {name: edge}))
                fits = True
            except SpecError:
                fits = False
            assert form.is_valid() == fits, (name, edge, form.errors)


# --- The draft ------------------------------------------------------------------------------------------------


def test_the_first_page_shows_the_version_in_force_and_offers_a_draft(admin):
    page = admin.get(HOME).content.decode()
    assert "Version 3" in page
    assert f'href="{DRAFT}"' in page
    assert "off <" in page  # version 2 switched components on
    assert admin.get(HOME, {"cursor": "x" * 2001}).status_code == 422


def test_looking_at_an_empty_draft_writes_nothing(admin):
    assert admin.get(DRAFT).status_code == 200
    assert not ScoringDraft.objects.exists()


def test_saving_makes_the_draft_and_marks_what_differs(admin, book):
    answer = admin.post(DRAFT, typed(note="Talk more", weight_rhythm_key="20", cap_own_rating=""))
    assert (answer.status_code, answer.url) == (302, DRAFT)
    draft = ScoringDraft.objects.get()
    assert draft.spec["weights"]["rhythm"]["key"] == 20
    assert draft.spec["caps"]["own_rating"] is None
    assert (draft.note, draft.version, draft.updated_by, draft.based_on.version) == (
        "Talk more",
        1,
        book.admin,
        3,
    )
    page = admin.get(DRAFT).content.decode()
    assert "was 15" in page
    assert "was 49" in page
    assert page.count("model-was") == 2


def test_what_was_typed_wrong_comes_back(admin):
    answer = admin.post(DRAFT, typed(note="Keep me", weight_rhythm_key="500", weight_revenue_major="77"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Keep me" in page
    assert 'value="500"' in page
    assert 'value="77"' in page
    assert not ScoringDraft.objects.exists()


def test_of_two_edits_the_second_is_shown_both_values(admin, book):
    a_draft(book)
    admin.post(DRAFT, typed(OTHER, version=1, weight_rhythm_key="21", note="First"))
    answer = admin.post(DRAFT, typed(OTHER, version=1, weight_rhythm_key="22", note="Second"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="22"' in page
    assert "Saved meanwhile: 21." in page
    assert "Second" in page
    assert "Saved meanwhile: First." in page
    assert ScoringDraft.objects.get().spec["weights"]["rhythm"]["key"] == 21
    again = answer.context["form"].data.dict()
    assert admin.post(DRAFT, again).status_code == 302  # knowingly
    assert ScoringDraft.objects.get().spec["weights"]["rhythm"]["key"] == 22


def test_two_first_drafts_collide_too(admin, book):
    a_draft(book)
    assert admin.post(DRAFT, typed(weight_rhythm_key="22")).status_code == 409
    assert ScoringDraft.objects.get().spec == OTHER


def test_a_form_sent_twice_is_one_edit(admin, book):
    a_draft(book)
    for _time in range(2):
        assert admin.post(DRAFT, typed(OTHER, version=1, weight_rhythm_key="22")).status_code == 302
    assert ScoringDraft.objects.get().version == 2


def test_a_draft_gone_meanwhile_keeps_what_was_typed(admin):
    answer = admin.post(DRAFT, typed(version=4, weight_rhythm_key="22"))
    assert answer.status_code == 409
    assert 'value="22"' in answer.content.decode()
    assert admin.post(DRAFT, answer.context["form"].data.dict()).status_code == 302
    assert ScoringDraft.objects.get().spec["weights"]["rhythm"]["key"] == 22


def test_discarding_asks_first_and_minds_a_newer_state(admin, book):
    a_draft(book, version=2)
    assert admin.get(DISCARD).status_code == 200
    assert admin.post(DISCARD, {"version": 1}).status_code == 409
    assert ScoringDraft.objects.exists()
    assert admin.post(DISCARD, {"version": 2}).status_code == 302
    assert not ScoringDraft.objects.exists()


def test_a_draft_can_start_from_an_earlier_version(admin):
    form = admin.get(DRAFT, {"start": 1}).context["form"]
    assert form.initial["on_issues"] is False
    assert form.initial["cap_own_rating"] is None
    assert form.initial["seen_model"] == 3
    assert admin.get(DRAFT, {"start": 99}).status_code == 404
    assert admin.get(DRAFT, {"start": "x"}).status_code == 200


# --- The preview ----------------------------------------------------------------------------------------------


def test_asking_twice_is_one_preview(admin, book):
    a_draft(book)
    for _time in range(2):
        assert admin.post(PREVIEW).status_code == 302
    assert ScoringPreview.objects.count() == 1


def test_a_preview_of_an_older_draft_gives_way(admin, book):
    draft = a_draft(book)
    admin.post(PREVIEW)
    ScoringDraft.objects.update(spec=OTHER | {"minimum_coverage": 30}, version=draft.version + 1)
    assert "This preview is of an older draft" in admin.get(PREVIEW).content.decode()
    admin.post(PREVIEW)
    old, new = ScoringPreview.objects.order_by("pk")
    assert (old.error, new.ended_at) == (preview.REPLACED, None)


def test_one_that_died_can_be_asked_for_anew(admin, book):
    a_draft(book)
    admin.post(PREVIEW)
    long_ago = timezone.now() - 3 * preview.DEAD_AFTER
    ScoringPreview.objects.update(alive_at=long_ago)
    assert "Nothing has moved" in admin.get(PREVIEW).content.decode()
    admin.post(PREVIEW)
    assert ScoringPreview.objects.filter(ended_at__isnull=True, alive_at__isnull=True).count() == 1


def test_htmx_gets_the_fragment_that_asks_again_until_the_end(book, as_user):
    a_draft(book)
    browser = as_user(book.admin, htmx=True)
    browser.post(PREVIEW)
    running = browser.get(PREVIEW).content.decode()
    assert "every 2s" in running
    assert "<html" not in running
    while preview.work_on_open():
        pass
    done = browser.get(PREVIEW).content.decode()
    assert "every 2s" not in done
    assert "Publish version 4" in done


def test_the_clients_that_change_come_by_revenue_in_pages(admin, book, django_assert_max_num_queries):
    a_draft(book)
    row = a_finished_preview()
    row.changes.all().delete()  # the personas' own clients
    clients = [make.client(f"Client {i}", revenue_12m=i) for i in range(60)]
    moves = [("healthy", "watch"), ("watch", "at_risk")]
    PreviewChange.objects.bulk_create(
        PreviewChange(preview=row, client=client, band_before=moves[i % 2][0], band_after=moves[i % 2][1])
        for i, client in enumerate(clients)
    )
    with_moves = row.result | {"moves": {"healthy>watch": {"clients": 30, "revenue": {"VND": "870"}}}}
    ScoringPreview.objects.update(result=with_moves)
    with django_assert_max_num_queries(14):
        first = admin.get(PREVIEW).context["page"]
    assert [change.client_id for change in first][:2] == [clients[59].pk, clients[58].pk]
    assert (len(first), first.previous_cursor) == (50, "")
    second = admin.get(PREVIEW, {"cursor": first.next_cursor}).context["page"]
    assert [change.client_id for change in second] == [client.pk for client in reversed(clients[:10])]
    some = admin.get(PREVIEW, {"before": "healthy", "after": "watch"}).context["page"]
    assert len(some) == 30
    assert admin.get(PREVIEW, {"cursor": "nonsense"}).status_code == 200  # page one
    wrong = admin.get(PREVIEW, {"before": "purple"})
    assert (wrong.status_code, len(wrong.context["page"].rows)) == (422, 50)


# --- Publishing -----------------------------------------------------------------------------------------------


@pytest.fixture
def queued(monkeypatch):
    """The tasks that were put on the queue."""
    found = []
    monkeypatch.setattr(services, "publish_on_commit", lambda task, *args: found.append(task.name))
    return found


def test_publishing_makes_the_next_version_and_scores_everyone(admin, book, queued):
    a_draft(book)
    a_finished_preview()
    assert admin.post(PUBLISH, {"version": 1, "note": "Less is known"}).status_code == 302
    model = ScoringModel.objects.current()
    assert (model.version, model.spec, model.note, model.published_by) == (
        4,
        OTHER,
        "Less is known",
        book.admin,
    )
    assert not ScoringDraft.objects.exists()
    assert queued == ["relationships.tasks.score_all_clients"]
    page = admin.get(HOME).content.decode()
    assert "published by Ada Admin" in page
    assert "on its way" in page
    assert reverse("relationships:scoring_runs") in page


def test_a_second_click_publishes_nothing(admin, book):
    a_draft(book)
    a_finished_preview()
    for _time in range(2):
        assert admin.post(PUBLISH, {"version": 1, "note": "Why"}).status_code == 302
    assert ScoringModel.objects.current().version == 4


def test_publishing_needs_a_reason(admin, book):
    a_draft(book)
    a_finished_preview()
    answer = admin.post(PUBLISH, {"version": 1, "note": "  "})
    assert answer.status_code == 422
    assert answer.context["form"].errors["note"]
    assert ScoringModel.objects.current().version == 3


@pytest.mark.parametrize(
    ("state", "obstacle"),
    [
        ("none", services.NO_PREVIEW),
        ("running", services.PREVIEW_RUNS),
        ("failed", services.PREVIEW_FAILED),
        ("of an older draft", services.PREVIEW_OLD),
        ("of yesterday", services.PREVIEW_OF_YESTERDAY),
        ("draft as now", services.SAME_AS_NOW),
    ],
)
def test_without_a_preview_of_this_draft_today_it_waits(admin, book, state, obstacle):
    a_draft(book, THIRD_SPEC if state == "draft as now" else OTHER)
    if state != "none":
        a_finished_preview(OTHER)
    found = ScoringPreview.objects.all()
    if state == "running":
        found.update(ended_at=None)
    elif state == "failed":
        found.update(error=preview.FAILED)
    elif state == "of an older draft":
        found.update(spec=THIRD_SPEC)
    elif state == "of yesterday":
        found.update(as_of=refresh.as_of_today() - datetime.timedelta(days=1))
    page = admin.get(PREVIEW)
    assert page.context["obstacle"] == obstacle
    assert "disabled" in page.content.decode()
    assert admin.post(PUBLISH, {"version": 1, "note": "Why"}).status_code == 422
    assert ScoringModel.objects.current().version == 3


def test_a_draft_saved_meanwhile_is_not_published_unseen(admin, book):
    a_draft(book, version=2)
    a_finished_preview()
    answer = admin.post(PUBLISH, {"version": 1, "note": "My words"})
    assert answer.status_code == 409
    assert "My words" in answer.content.decode()
    assert ScoringModel.objects.current().version == 3


def test_a_version_published_meanwhile_is_a_conflict_until_the_draft_rests_on_it(admin, book):
    a_draft(book)
    a_version(THIRD_SPEC | {"minimum_coverage": 60}, published_by=book.admin)
    a_finished_preview()
    answer = admin.post(PUBLISH, {"version": 1, "note": "Why"})
    assert answer.status_code == 409
    assert "Version 4 was published by Ada Admin meanwhile" in answer.content.decode()
    assert ScoringModel.objects.current().version == 4
    page = admin.get(DRAFT)
    assert "was 60" in page.content.decode()
    admin.post(DRAFT, typed(OTHER, version=1, seen_model=4))
    assert ScoringDraft.objects.get().based_on.version == 4
    assert admin.post(PUBLISH, {"version": 2, "note": "Why"}).status_code == 302
    assert ScoringModel.objects.current().version == 5


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_publishes():
    admin = make.user("Ada")
    a_draft(type("Book", (), {"admin": admin}))
    a_finished_preview()
    start, told = threading.Barrier(2), []

    def publish():
        start.wait()
        try:
            told.append(services.publish_draft(version=1, note="Why", by=admin).version)
        except services.DraftChanged as gone:
            told.append(gone.saved)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=str) == [4, None]
    assert ScoringModel.objects.current().version == 4


# --- History --------------------------------------------------------------------------------------------------


def test_the_history_says_who_why_and_what_changed(admin, book, django_assert_max_num_queries):
    for cadence in range(15, 40):
        spec = THIRD_SPEC | {"cadence_days": THIRD_SPEC["cadence_days"] | {"key": cadence}}
        a_version(spec, note=f"Key clients every {cadence} days", published_by=book.admin)
    with django_assert_max_num_queries(14):
        answer = admin.get(HOME)
    versions = answer.context["versions"]
    assert len(versions) == 20
    assert [(c.before, c.after) for c in versions[0]["changes"]] == [("38", "39")]
    assert versions[-1]["changes"]  # against the first one of the next page
    assert "Key clients every 39 days" in answer.content.decode()
    rest = admin.get(HOME, {"cursor": answer.context["page"].next_cursor}).context["versions"]
    assert [v["model"].version for v in rest] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert rest[-1]["changes"] is None


def test_a_version_can_be_read_in_full(admin):
    page = admin.get(reverse("relationships:scoring_version", args=[2])).content.decode()
    assert "?start=2" in page
    assert admin.get(reverse("relationships:scoring_version", args=[99])).status_code == 404

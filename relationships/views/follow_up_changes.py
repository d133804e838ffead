"""A follow-up on another day, for another person, open again; and why it stands where it does."""

from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import who_may_work_for
from accounts.models import User
from accounts.templatetags.tend import short_day
from accounts.web.answers import refused, written
from accounts.web.htmx import uncached, wants_fragment
from clients.models import Assignment
from clients.views.scope import fetch_visible
from relationships.followups import queue, wording
from relationships.followups.ranking_words import lines_of
from relationships.forms import ReassignForm, SnoozeForm
from relationships.models import FollowUp, FollowUpStatus
from relationships.services.follow_ups import (
    CannotServe,
    NotReopened,
    SnoozedOften,
    may_snooze,
    reassign_follow_up,
    reopen_follow_up,
    snooze_follow_up,
)
from relationships.views.follow_ups import CHANGED, fetch_follow_up, form_page, page_of, short_words


def follow_up_snooze(request, follow_up_id):
    """Another day for an open follow-up; a later one needs a reason and is counted. 422 keeps what was typed."""
    follow_up = fetch_follow_up(request, follow_up_id)
    form = SnoozeForm(
        request.POST if request.method == "POST" else None, today=timezone.localdate(), follow_up=follow_up
    )
    if request.method == "POST" and form.is_valid():
        try:
            moved = snooze_follow_up(
                follow_up=follow_up, due_on=form.chosen_day, reason=form.chosen_reason, by=request.user
            )
        except SnoozedOften:
            form.add_error(None, _snoozed_often(follow_up))
        else:
            return _answer(request, moved, _("Moved to %(day)s: %(what)s"), day=short_day(moved.due_on))
    context = {
        "follow_up": follow_up,
        "client": follow_up.client,
        "what": wording.what(follow_up),
        "snoozes": list(follow_up.snoozed.select_related("by")),
        "refused": "" if form.is_bound or may_snooze(follow_up, request.user) else _snoozed_often(follow_up),
    }
    return form_page(request, "follow_up_snooze", form, context)


def _snoozed_often(follow_up):
    names = _above(follow_up.assignee)
    if names:
        text = _("It was put off twice, so %(name)s sees it now and decides whether it may wait.") % {
            "name": names
        }
    else:
        text = _("It was put off twice, so an admin decides whether it may wait.")
    return f"{text} {_('You can do it, log a contact, hand it on, or bring it forward.')}"


def _above(person):
    """The senior or manager of a person, "" where they have none above them in their team."""
    team = person.team
    people = [team.lead, team.manager] if team else []
    return next((boss.name for boss in people if boss and boss != person), "")


def follow_up_reassign(request, follow_up_id):
    """Hands an open follow-up to somebody else who may work on the client."""
    follow_up = fetch_follow_up(request, follow_up_id)
    people = _people_for(follow_up, request.user)
    form = ReassignForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            moved = reassign_follow_up(
                follow_up=follow_up, to=to, by=request.user, reason=form.cleaned_data["reason"]
            )
        except CannotServe:
            form.add_error("to", _("This person may no longer work on the client. Choose somebody else."))
        else:
            return _answer(request, moved, _("Handed to %(name)s: %(what)s"), name=to.name)
    context = {"follow_up": follow_up, "client": follow_up.client, "what": wording.what(follow_up)}
    return form_page(request, "follow_up_reassign", form, context)


def _people_for(follow_up, user):
    """Who may have it instead: whoever may work on the client now, and the reader. Read in one query."""
    serving = Assignment.objects.running().filter(client=follow_up.client_id).values("user")
    people = who_may_work_for(serving) | User.objects.active().filter(pk=user.pk)
    return people.exclude(pk=follow_up.assignee_id).order_by("name_sort", "pk")


def follow_up_reopen(request, follow_up_id):
    """Opens one again that was marked done, by hand or by a touch; 409 where that makes no sense any more."""
    follow_up = fetch_follow_up(request, follow_up_id)
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    try:
        opened = reopen_follow_up(follow_up=follow_up, by=request.user)
    except NotReopened as closed:
        texts = {
            "cadence": _("A contact that is due by cadence is asked for again by itself."),
            "replaced": _("Another one with the same words is open in its place."),
            "over": _("This was closed since what it asked for is over."),
        }
        return refused(request, texts[closed.why], back=page_of(follow_up.client))
    return _answer(request, opened, _("Open again: %(what)s"))


def _answer(request, follow_up, text, **words):
    """What was done, or that it was closed meanwhile."""
    if follow_up.status != FollowUpStatus.OPEN:
        text = _("This was closed meanwhile: %(what)s")
    words |= {"what": short_words(follow_up)}
    client = follow_up.client
    return written(request, text % words, events=CHANGED, client=client, back=page_of(client))


def follow_up_why(request, follow_up_id):
    """Why it stands where it does in the reader's list: the three factors and what they are made of."""
    follow_ups = FollowUp.objects.select_related("client", "assignee")
    follow_up, today = fetch_visible(follow_ups, request.user, follow_up_id), timezone.localdate()
    if request.method not in ("GET", "HEAD"):  # after the fetch: for others every method is a 404
        return HttpResponseNotAllowed(["GET", "HEAD"])
    factors = queue.why_here(request.user, follow_up, today)
    context = {
        "follow_up": follow_up,
        "client": follow_up.client,
        "what": wording.what(follow_up),
        "factors": factors,
        "lines": lines_of(factors, follow_up) if factors else [],
    }
    part = "_" if wants_fragment(request) else ""
    return uncached(render(request, f"relationships/{part}follow_up_why.html", context))

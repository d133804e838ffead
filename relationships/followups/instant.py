"""The mail at once: a key client has fallen to at risk. In the reader's language and zone; a query for its reasons."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.models import Band
from relationships.client_health import top_reasons
from relationships.followups import mails, wording
from relationships.followups.telling import stands_in_for
from relationships.health import reasons
from relationships.models import HealthScore, MailKind


def compose(letter):
    """The mail of a `Letter` of one row, ready to send. Raises `mails.NotToClients`. One query."""
    user, [row] = letter.user, letter.rows
    with timezone.override(user.zone), translation.override(user.language):
        client = row.client
        context = {
            "client": client.name,
            "bands": _bands(row.follow_up.facts),
            "for": stands_in_for(row.facts),
            "what": wording.what(row.follow_up),
            "why": wording.why(row.follow_up, timezone.localdate()),
            "reasons": _reasons(client),
            "client_url": mails.link("relationships:client_page", client.pk),
        }
        subject = _("Tend: key client at risk, %(client)s") % {"client": client.name}
        return mails.message(letter, "key_red", subject, context, [mails.mute(user, MailKind.INSTANT)])


def _bands(facts):
    """Such as "Healthy → At risk"; the new band alone where the former is not known."""
    labels = dict(Band.choices)
    return " → ".join(str(labels[band]) for band in (facts.get("from"), facts.get("band")) if band in labels)


def _reasons(client):
    """Sentences of what weighs most; none where the client was never scored."""
    health = HealthScore.objects.select_related("model", "override").filter(client=client.pk).first()
    return (
        [reason.sentence for reason in top_reasons(reasons.explain(health)) if not reason.is_good]
        if health
        else []
    )

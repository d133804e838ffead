"""Reads of tags."""

from django.db import models
from django.db.models import Count

# What a form shows; and what it takes back, since the order of use may change while it is open.
MOST_OFFERED, MOST_KNOWN = 60, 1000


class TagQuerySet(models.QuerySet):
    def offered_to(self, user, *, chosen=None, most=MOST_OFFERED):
        """The tags that clients of this reader have, the most used ones, and the one `chosen`, in order of their names.

        A word that only others' clients have is none of theirs: it could tell what goes on there. One query.
        """
        of_clients = self.model.client_tags.rel.related_model.objects.visible_to(user)
        used = of_clients.order_by().values("tag").annotate(clients=Count("pk"))
        most_used = used.order_by("-clients", "tag").values("tag")[:most]
        found = self.filter(pk__in=most_used)
        if chosen:
            found |= self.filter(pk__in=of_clients.order_by().filter(tag=int(chosen)).values("tag"))
        return found

"""Lists the clients with the lowest health, and why."""

from django.core.management.base import BaseCommand

from relationships.client_health import top_reasons
from relationships.health.reasons import explain
from relationships.models import HealthScore


class Command(BaseCommand):
    """One line for each client: name, computed score, band, and what costs the most points."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--count", type=int, default=5, help="how many clients (5)")

    def handle(self, *args, count, **options):
        scores = HealthScore.objects.filter(score__isnull=False).select_related("client", "model")
        for health in scores.order_by("score", "client__name_sort", "pk")[:count]:
            why = explain(health)
            sentences = " · ".join(reason.sentence for reason in top_reasons(why) if not reason.is_good)
            self.stdout.write(f"{health.client.name}: {why.shown}, {health.get_band_display()}. {sentences}")

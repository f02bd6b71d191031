from typing import Any

from invoicing.audit import sealing
from invoicing.management.reporting import Outcome, ReportingCommand
from invoicing.models import Event


class Command(ReportingCommand):
    help = (
        "Seals the history that has settled. The task cluster does so every minute; on "
        "PostgreSQL a mark is set first, and sealed at a later call."
    )

    def work(self, options: dict[str, Any]) -> Outcome:
        sealed = sealing.seal()
        younger = Event.objects.filter(pk__gt=sealing.where().sealed_to).count()
        report = {"sealed": sealed, "not_sealed_yet": younger}
        return Outcome(report, needs_person=False)

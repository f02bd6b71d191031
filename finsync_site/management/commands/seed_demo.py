from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from finsync_site.demo.sample import seed


class Command(BaseCommand):
    help = "Fills a practice installation with the repair shop's sample data."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.FINSYNC_PRACTICE:
            raise CommandError(
                "Sample data goes into a practice installation alone: set FINSYNC_MODE"
                " to practice.",
                returncode=2,
            )
        seed()
        self.stdout.write("The repair shop's sample data is in.")

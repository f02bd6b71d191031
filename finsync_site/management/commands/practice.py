from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from connectors.practice.face import UnknownPlatform
from connectors.practice.runner import COMPANY, run_practice


class Command(BaseCommand):
    help = "Runs a practice ledger of a platform in the foreground, on loopback."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("platform")
        parser.add_argument("--port", type=int, default=0, help="left out: a free one")
        parser.add_argument("--state", type=Path, help="a file that keeps the books")
        parser.add_argument("--company", default=COMPANY, help="the company's name")
        parser.add_argument("--empty", action="store_true", help="holds no documents")
        parser.add_argument(
            "--limits", action="store_true", help="keeps to the vendor's quotas"
        )
        # The first line is JSON in either case.
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, platform: str, **options: Any) -> None:
        wanted = ("port", "state", "company", "empty", "limits")
        folder = settings.FINSYNC_STATE / "practice"
        try:
            run_practice(
                platform, folder=folder, **{name: options[name] for name in wanted}
            )
        except UnknownPlatform as error:
            problem = f"There is no practice ledger for {platform!r}."
            raise CommandError(problem, returncode=2) from error
        except (ValueError, OSError, OverflowError) as error:
            raise CommandError(str(error), returncode=2) from error

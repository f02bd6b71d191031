from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import (
    BaseCommand,
    CommandError,
    CommandParser,
    call_command,
)
from django.urls import reverse

from finsync_site.demo.login import NAME, make_user
from finsync_site.management.commands.up import refuse_busy_port
from finsync_site.supervisor import engine
from finsync_site.supervisor.commands import manage
from finsync_site.supervisor.installation import supervise


class Command(BaseCommand):
    help = "Runs a practice installation: sample data, practice ledgers, a log-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="of the web page")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not settings.FINSYNC_PRACTICE:
            raise CommandError(
                "FINSYNC_MODE is live. The demo fills an installation with sample"
                " data: leave FINSYNC_MODE out, or set it to practice.",
                returncode=2,
            )
        port = port or urlsplit(settings.FINSYNC_BASE_URL).port or 8000
        refuse_busy_port("127.0.0.1", port)
        self.stderr.write("Preparing the database and the sample data ...")
        engine.prepare()
        call_command("seed_demo", stdout=self.stderr)
        self.password = make_user(settings.FINSYNC_STATE / "keys")
        self.stderr.write("Starting ... (Ctrl-C ends it)")
        supervise(
            host="127.0.0.1",
            port=port,
            when_web_answers=self.announce,
            extra=[*map(ledger, settings.FINSYNC_PRACTICE_LEDGERS.items())],
        )
        self.stderr.write("The demo has ended. It goes on where it was next time.")

    def announce(self) -> None:
        self.stdout.write(
            f"Log-in page: {settings.FINSYNC_BASE_URL}{reverse('account_login')}\n"
            f"User: {NAME}\n"
            f"Password: {self.password}"
        )
        self.stdout.flush()


def ledger(entry: tuple[str, str]) -> tuple[str, list[str]]:
    platform, address = entry
    state = settings.FINSYNC_STATE / "practice" / f"{platform}.state"
    command = manage(
        *("practice", platform),
        *("--port", str(urlsplit(address).port)),
        *("--state", str(state)),
    )
    return f"practice-{platform}", command

import os
import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import BaseCommand, CommandError, CommandParser

from finsync_site.checks import LOOPBACK
from finsync_site.supervisor import engine
from finsync_site.supervisor.installation import supervise


class Command(BaseCommand):
    help = "Migrates, then runs web page, task cluster and supervisor until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to bind to")
        parser.add_argument("--port", type=int, default=default_port())

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        refuse_busy_port(host, port)
        os.environ.setdefault("FINSYNC_BASE_URL", own_address(host, port))
        for found in run_checks(tags=["finsync"], include_deployment_checks=True):
            self.stderr.write(f"{found.msg} {found.hint}")
        self.stderr.write("Preparing the database ...")
        engine.prepare()
        self.stderr.write("Starting ... (Ctrl-C ends it)")
        supervise(host=host, port=port, when_web_answers=self.announce)
        self.stderr.write("FinSync has ended.")

    def announce(self) -> None:
        # The setting in this process was read before the port was known.
        self.stdout.write(f"FinSync answers at {os.environ['FINSYNC_BASE_URL']}/")
        self.stdout.flush()


def own_address(host: str, port: int) -> str:
    """For the processes that it starts, where FINSYNC_BASE_URL says nothing."""
    shown = host if host in LOOPBACK else "127.0.0.1"
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def default_port() -> int:
    """That of FINSYNC_BASE_URL, unless a proxy stands there."""
    port = urlsplit(settings.FINSYNC_BASE_URL).port
    return 8000 if settings.FINSYNC_TRUSTED_PROXIES or port is None else port


def refuse_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot listen on {host}:{port}: {error}. Choose another --port,"
                " or end what uses it.",
                returncode=2,
            ) from error

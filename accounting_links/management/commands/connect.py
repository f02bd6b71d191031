from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounting_links import connecting, gateway
from accounting_links.management import practice_credentials
from accounting_links.management.connections import a_date, told_to_people
from accounting_links.models import Connection, Environment
from connectors import registry
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse
from invoicing.models import NominalCode


class Command(ReportingCommand):
    help = (
        "Makes or renews a connection without a browser, and maps nominal codes and"
        " taxes where code and rate are the same on both sides."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("platform", help=f"one of: {', '.join(registry.slugs())}")
        parser.add_argument(
            "--name", required=True, help="what the connection is called"
        )
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--practice", metavar="URL", help="a practice ledger")
        source.add_argument(
            "--credentials", type=Path, metavar="FILE", help="a JSON file"
        )
        parser.add_argument(
            "--go-live",
            type=a_date,
            metavar="DATE",
            help="documents dated before are not offered (left out: today in a live"
            " installation, no limit in a practice one)",
        )
        parser.add_argument(
            "--default-nominal",
            metavar="CODE",
            help="stands in for lines without a nominal code",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        with told_to_people():
            connector = registry.connector_class(options["platform"])
            connection = self._connection(options)
            if not connector.capabilities.files:
                self._refuse_without_source(options)
            self._lay_on(connection, options)
            self.say(f"Connecting {connection.name} to {connector.label}")
            self._connect(connection, options)
        return Outcome(self._report(connection), needs_person=False)

    def _connection(self, options: dict[str, Any]) -> Connection:
        found = Connection.objects.filter(name=options["name"]).first()
        if found is None:
            platform = options["platform"]
            return Connection(
                name=options["name"],
                platform=platform,
                environment=_environment(),
                trigger=connecting.default_trigger(platform),
            )
        if found.platform != options["platform"]:
            raise WrongUse(f"{found.name} is a connection to {found.platform}.")
        return found

    def _refuse_without_source(self, options: dict[str, Any]) -> None:
        if not options["practice"] and not options["credentials"]:
            raise WrongUse("Give --practice URL or --credentials FILE.")

    def _lay_on(self, connection: Connection, options: dict[str, Any]) -> None:
        if options["go_live"]:
            connection.go_live = options["go_live"]
        if code := options["default_nominal"]:
            connection.default_nominal = NominalCode.objects.filter(code=code).first()
            if connection.default_nominal is None:
                raise WrongUse(f"There is no nominal code {code!r}.")

    def _connect(self, connection: Connection, options: dict[str, Any]) -> None:
        if options["practice"]:
            credentials = practice_credentials.from_practice(options["practice"])
        elif options["credentials"]:
            credentials = practice_credentials.from_file(options["credentials"])
        else:
            credentials = {}
        connecting.connect_practice(connection, credentials=credentials, actor=None)

    def _report(self, connection: Connection) -> dict[str, Any]:
        kinds = connection.served_kinds.filter(active=True)
        able = {kind.value for kind in gateway.capabilities(connection).kinds}
        served = sorted(kinds.values_list("kind", flat=True))
        return {
            "connection": connection.name,
            "organisation": connection.organisation_name,
            "organisation_id": connection.organisation_id,
            "state": connection.state,
            "kinds": served,
            "left_to_others": sorted(able - set(served)),
            "mapped": {
                "nominals": connection.nominal_links.count(),
                "taxes": connection.tax_links.count(),
                "banks": connection.method_links.count(),
            },
        }


def _environment() -> Environment:
    return Environment.PRACTICE if settings.FINSYNC_PRACTICE else Environment.LIVE

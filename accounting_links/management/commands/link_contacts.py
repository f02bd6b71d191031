from typing import Any

from django.core.management.base import CommandParser

from accounting_links import gateway
from accounting_links.actions import create_many, link_exact, proposals
from accounting_links.management.connections import (
    add_connection,
    named,
    told_to_people,
)
from accounting_links.models import Connection, Role
from connectors.base import Connector
from invoicing.management.reporting import Outcome, ReportingCommand

SHOWN = 20


class Command(ReportingCommand):
    help = (
        "Links customers and suppliers to the accounts of exactly their name, and"
        " creates those that are missing where asked to."
    )

    def add_options(self, parser: CommandParser) -> None:
        add_connection(parser)
        parser.add_argument(
            "--exact",
            action="store_true",
            help="link where one account has exactly the same name (this is also what"
            " happens when nothing is asked for)",
        )
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="create an account for those that have none of that name",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        connection = named(options["name"])
        counts = {"linked": 0, "created": 0, "left": 0}
        if gateway.capabilities(connection).makes_parties:
            self.say(f"{connection} makes accounts itself: there is nothing to link.")
            return Outcome(counts | {"http_requests": 0}, needs_person=False)
        with told_to_people(), gateway.open_connector(connection) as connector:
            for role in Role:
                self._role(connection, connector, role, options, counts)
            counts["http_requests"] = gateway.requests_of(connector)
        return Outcome(counts, needs_person=bool(counts["left"]))

    def _role(
        self,
        connection: Connection,
        connector: Connector,
        role: Role,
        options: dict[str, Any],
        counts: dict[str, int],
    ) -> None:
        if not proposals.without_link(connection, role, None):
            return
        creates = options["create_missing"]
        left: list[tuple[int, str]] = []
        if options["exact"] or not creates:
            linked = link_exact.apply(connection, role, connector=connector)
            counts["linked"] += linked.done
            left = list(linked.left)
        if creates:
            created = create_many.apply(connection, role, connector=connector)
            counts["created"] += created.done
            left = list(created.left)
        counts["left"] += len(left)
        for contact_id, reason in left[:SHOWN]:
            self.say(f"{role.label} {contact_id}: {reason}")

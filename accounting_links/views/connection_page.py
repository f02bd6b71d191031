"""What stands around a connection's form."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounting_links import permissions as may
from accounting_links.check_up import standing
from accounting_links.exports import lists
from accounting_links.models import Connection, NominalLink, TaxLink
from accounting_links.views import quotas, seals, timeline, webhooks, wording
from connectors import registry
from connectors.capabilities import AuthKind, Capabilities
from invoicing.models import DocumentKind

HOW = {
    AuthKind.OAUTH2: "You log in there and allow it.",
    AuthKind.OAUTH2_CLIENT: "With a client id and secret from there.",
    AuthKind.OAUTH1: "With tokens that are made there.",
    AuthKind.LOGIN: "With a user and password from there.",
    AuthKind.API_KEY: "With a key that is made there.",
    AuthKind.NONE: "By files that you carry over.",
}


@dataclass(frozen=True, slots=True)
class PlatformChoice:
    slug: str
    label: str
    how: str
    takes: str


def platforms() -> list[PlatformChoice]:
    return [
        PlatformChoice(
            slug=entry.slug,
            label=entry.label,
            how=HOW[capabilities_of(entry.slug).auth],
            takes=takes(capabilities_of(entry.slug)),
        )
        for entry in registry.PLATFORMS
    ]


def capabilities_of(platform: str) -> Capabilities:
    return registry.connector_class(platform).capabilities


def takes(capabilities: Capabilities) -> str:
    able = {kind.value for kind in capabilities.kinds}
    kinds = [kind.label.lower() for kind in DocumentKind if kind.value in able]
    return ", ".join(f"{kind}s" for kind in kinds)


def context(request: HttpRequest, object_id: str) -> dict[str, Any]:
    connection = Connection.objects.filter(pk=_number(object_id)).first()
    if connection is None:
        return {}
    capabilities = capabilities_of(connection.platform)
    return {
        "connection": connection,
        "platform": registry.label(connection.platform),
        "panel": wording.connection_badge(connection),
        "check_up": {
            "applies": standing.applies(connection),
            "passed": standing.passed(connection),
            "may": request.user.has_perm(may.CHECK_UP),
        },
        "may": {
            "connect": request.user.has_perm(may.CONNECT),
            "map_nominals": request.user.has_perm(may.MAP_NOMINALS),
            "map_taxes": request.user.has_perm(may.MAP_TAXES),
            "map_methods": request.user.has_perm(may.MAP_METHODS),
        },
        "mapped_nominals": NominalLink.objects.filter(connection=connection).count(),
        "mapped_taxes": TaxLink.objects.filter(connection=connection).count(),
        "needs_nominals": capabilities.nominal_codes,
        "has_lists": bool(lists.offered(connection)),
        "timeline": timeline.of_connection(connection),
        "webhooks": webhooks.sentence(connection),
        "quotas": quotas.sentences(connection),
        "seal": seals.badge(connection),
    }


def _number(object_id: str) -> int:
    return int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0

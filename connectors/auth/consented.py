"""What one connection by consent stands on: the transport, and FinSync's app."""

from collections.abc import Collection, Iterable, Mapping

from connectors.auth.bearer import BearerTokens
from connectors.auth.oauth2 import OAuth2Client, OAuth2Provider
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting
from connectors.transport.caller import Throttled
from connectors.transport.http import HttpTransport, configured_secrets


def app_keys(
    find_it: str, labels: tuple[str, str] = ("Client ID", "Client secret")
) -> tuple[Setting, Setting]:
    """The settings of FinSync's registration. `labels` are the vendor's words."""
    return (
        Setting(name="client_id", label=labels[0], find_it=find_it, app=True),
        Setting(
            name="client_secret",
            label=labels[1],
            find_it=find_it,
            secret=True,
            app=True,
        ),
    )


class Consented:
    """`app_keys` are among the settings. A platform's own connection inherits it, and
    adds its API. `secrets` are those that are no setting as they stand."""

    bearer: type[BearerTokens] = BearerTokens
    client: type[OAuth2Client] = OAuth2Client

    def __init__(
        self,
        config: ConnectionConfig,
        services: Services,
        provider: OAuth2Provider,
        *,
        platform: str,
        label: str,
        settings: Iterable[Setting],
        hosts: Collection[str],
        throttled_for: Throttled = None,
        headers: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        self.config = config
        self.transport = HttpTransport(
            config,
            services,
            platform=platform,
            label=label,
            hosts=hosts,
            authoriser=self.bearer(services, self.renewed),
            secrets=(*configured_secrets(settings, config), *secrets),
            headers={"Accept": "application/json", **(headers or {})},
            throttled_for=throttled_for,
        )
        self.app = self.client(
            provider,
            self.transport,
            client_id=config.value("client_id"),
            client_secret=config.value("client_secret"),
        )

    def renewed(self, old: Tokens) -> Tokens:
        """Run by one worker at a time: most vendors use the old refresh token up."""
        return self.app.refresh(old).tokens

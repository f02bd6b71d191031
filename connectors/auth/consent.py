"""The getting in that all platforms with an OAuth 2.0 consent page share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.auth.oauth2 import OAuth2Client, TokenAnswer
from connectors.base import AuthorizeRequest, Connector, Grant
from connectors.errors import Reauthorise, Where
from connectors.records import Organisation
from connectors.services import MemoryTokens, Tokens
from connectors.settings import ConnectionConfig


class ConsentConnector(Connector):
    """`organisation_key`: the name of the organisation's id in a credentials file,
    empty where a grant opens one organisation alone. `keeps_redirect`: the vendor wants
    the redirect address at each renewal too, which is kept as a setting."""

    organisation_key = ""
    keeps_redirect = False

    @property
    def app(self) -> OAuth2Client:
        """FinSync's registration with the vendor."""
        raise NotImplementedError

    def close(self) -> None:
        self.app.transport.close()

    def authorize(self, *, state: str, redirect_uri: str) -> AuthorizeRequest:
        return self.app.authorize(state=state, redirect_uri=redirect_uri)

    def grant(
        self, *, callback: Mapping[str, str], redirect_uri: str, verifier: str = ""
    ) -> Grant:
        answer = self.app.exchange(
            callback, redirect_uri=redirect_uri, verifier=verifier
        )
        tokens, organisations = self._opened(self.config, answer.tokens)
        kept = {"redirect_uri": redirect_uri} if self.keeps_redirect else {}
        return Grant(
            tokens=tokens,
            organisations=tuple(organisations),
            values={**self.granted_values(answer), **kept},
        )

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        given = {name: str(value) for name, value in credentials.items()}
        values = {s.name: given[s.name] for s in self.settings if given.get(s.name)}
        chosen = given.get(self.organisation_key, "")
        config = replace(
            self.config,
            organisation_id=chosen,
            values={**self.config.values, **values},
        )
        tokens = Tokens(
            access=given.get("access_token", ""), refresh=given.get("refresh_token", "")
        )
        kept, offered = self._opened(config, tokens)
        mine = [each for each in offered if not chosen or each.id == chosen]
        if not mine:
            raise Reauthorise(
                f"{self.label} does not open that organisation to these credentials.",
                where=Where(platform=self.platform, operation="connect_practice"),
            )
        return Grant(tokens=kept, organisations=tuple(mine), values=values)

    def logout(self) -> None:
        tokens = self.services.tokens.read()
        if self.app.provider.revoke_url and (tokens.refresh or tokens.access):
            self.app.revoke(tokens)

    def organisations(self) -> Sequence[Organisation]:
        """Those that the grant opens; more than one where the person must choose."""
        return (self.organisation(),)

    def granted_values(self, answer: TokenAnswer) -> Mapping[str, str]:
        """Settings that came along with the tokens."""
        return {}

    def _opened(
        self, config: ConnectionConfig, tokens: Tokens
    ) -> tuple[Tokens, Sequence[Organisation]]:
        """The tokens may have been renewed on the way."""
        store = MemoryTokens(tokens)
        with type(self)(config, replace(self.services, tokens=store)) as opened:
            offered = opened.organisations()
        return store.read(), offered

"""Getting in, and keeping secrets (behaviours 1 and 10)."""

from typing import Any

import pytest
import requests

from connectors.capabilities import AuthKind
from connectors.errors import ConnectorError, Reauthorise
from tests.connectors.contract_parts.bench import Bench
from tests.connectors.contract_parts.sentences import assert_for_staff

RENEWED = {AuthKind.OAUTH2, AuthKind.OAUTH2_CLIENT, AuthKind.LOGIN}
SECRETS = (
    "password",
    "access_token",
    "refresh_token",
    "client_secret",
    "sender_password",
    "consumer_secret",
    "token_secret",
    "private_key",
    "api_key",
    "developer_key",
)


class AccessContract:
    def test_connecting_names_the_organisation(self, at: Bench) -> None:
        [organisation] = at.grant.organisations
        assert organisation.name == at.server.face.ledger.company.name
        assert at.connector.organisation().id == organisation.id

    def test_wrong_credentials_need_a_person(self, at: Bench) -> None:
        wrong = dict(at.credentials)
        wrong |= {name: f"wrong-{name}" for name in SECRETS if name in wrong}
        with pytest.raises(Reauthorise) as caught:
            at.connect(wrong)
        assert_for_staff(caught.value)

    def test_an_expired_token_is_renewed_once(self, at: Bench) -> None:
        at.server.face.expire_tokens()
        assert at.connector.organisation().name
        renewed = at.kind.capabilities.auth in RENEWED
        assert at.tokens.renewals == (1 if renewed else 0)

    def test_the_renewed_token_is_kept(self, at: Bench) -> None:
        at.server.face.expire_tokens()
        at.connector.organisation()
        with at.open() as another:
            another.organisation()
        assert at.tokens.renewals <= 1

    def test_a_push_survives_an_expired_token(self, at: Bench) -> None:
        at.server.face.expire_tokens()
        document, _ = at.pushed("EXP-1")
        assert len(at.books(document.number)) == 1

    def test_a_revoked_grant_needs_a_person(self, at: Bench) -> None:
        at.server.face.revoke_grants()
        with pytest.raises(Reauthorise) as caught:
            at.connector.organisation()
        assert_for_staff(caught.value)

    def test_nothing_is_pushed_without_a_grant(self, at: Bench) -> None:
        document = at.document("REV-1")
        at.server.face.revoke_grants()
        with pytest.raises(Reauthorise):
            at.connector.push([document])
        assert not at.books(document.number)

    def test_no_secret_is_seen_anywhere(self, at: Bench) -> None:
        at.server.face.expire_tokens()
        at.pushed("SEC-1")
        at.server.face.revoke_grants()
        with pytest.raises(ConnectorError) as caught:
            at.connector.organisation()
        shown = repr(
            [at.log.exchanges, at.connector.config, at.grant, at.tokens.read()]
        )
        shown += repr(vars(at.connector)) + repr(caught.value) + str(caught.value.where)
        assert not [name for name, value in _secrets(at) if value in shown]

    def test_every_call_has_a_time_out(
        self, at: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[Any] = []
        send = requests.Session.send

        def watched(session: requests.Session, *args: Any, **options: Any) -> Any:
            seen.append(options.get("timeout"))
            return send(session, *args, **options)

        monkeypatch.setattr(requests.Session, "send", watched)
        at.pushed("TIME-1")
        assert seen and all(connect and read for connect, read in seen)


def _secrets(at: Bench) -> list[tuple[str, str]]:
    given = [(n, str(at.credentials[n])) for n in SECRETS if n in at.credentials]
    now = at.tokens.read()
    held = [("access", now.access), ("refresh", now.refresh), *now.session.items()]
    return [(n, v) for n, v in given + held if len(v) > 3 and not _is_address(v)]


def _is_address(value: str) -> bool:
    """A session may say which of the vendor's hosts it lives on."""
    return value.startswith(("http://", "https://"))

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.capabilities import Trigger
from connectors.dynamics_365.connector import Dynamics365
from connectors.errors import (
    Reauthorise,
)
from connectors.records import (
    PartyRole,
)
from connectors.services import MemoryTokens, Services
from connectors.settings import ConnectionConfig
from tests.connectors.clocks import StillClock
from tests.connectors.contract_parts.bench import Bench

SLUG = "dynamics_365"


def connector(**values: str) -> Dynamics365:
    config = ConnectionConfig(
        platform=SLUG,
        organisation_id="b1231c21-0000-4000-8000-000000000001",
        values={"tenant_id": "t", "client_id": "c", **values},
    )
    return Dynamics365(config, Services(tokens=MemoryTokens(), clock=StillClock()))


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_by_default_it_sends_after_payment() -> None:
    assert Dynamics365.capabilities.default_trigger is Trigger.PAYMENT


@pytest.mark.parametrize(
    ("values", "base", "page"),
    [
        (
            {"environment_name": "sandbox 1"},
            "https://api.businesscentral.dynamics.com/v2.0/t/sandbox%201/api/v2.0",
            "https://businesscentral.dynamics.com/t/sandbox%201?page=21&filter="
            "%27No.%27%20IS%20%2710000%27",
        ),
        (
            {"base_url": "https://erp.example:7048/BC/api/v2.0/"},
            "https://erp.example:7048/BC/api/v2.0",
            "",
        ),
    ],
)
def test_addresses_are_those_of_the_environment(
    values: dict[str, str], base: str, page: str
) -> None:
    made = connector(**values)
    assert made.environment.base == base
    assert made.party_url(PartyRole.CUSTOMER, "10000") == page
    made.close()


def test_a_person_is_asked_on_a_consent_page(at: Bench) -> None:
    values = {**at.grant.values, "sign_in": "delegated"}
    assert Dynamics365.by_consent(values) and not Dynamics365.by_consent({})
    config = replace(at.connector.config, organisation_id="", values=values)
    here = "http://localhost/back"
    with Dynamics365(config, Services(tokens=MemoryTokens())) as made:
        asked = made.authorize(state="s", redirect_uri=here)
        assert "user_impersonation+offline_access" in asked.url
        assert "code_challenge_method=S256" in asked.url
        with requests.Session() as browser:
            answer = browser.post(
                asked.url, data={"decision": "allow"}, timeout=5, allow_redirects=False
            )
        callback = query_of(answer.headers["Location"])
        grant = made.grant(
            callback=callback, redirect_uri=here, verifier=asked.verifier
        )
        assert grant.tokens.refresh and grant.organisations[0].name
        with pytest.raises(Reauthorise, match="as a person"):
            made.login()


def test_a_service_needs_no_person(at: Bench) -> None:
    config = replace(at.connector.config, organisation_id="")
    with Dynamics365(config, Services(tokens=MemoryTokens())) as made:
        grant = made.login()
    assert grant.tokens.access and not grant.tokens.refresh
    assert grant.organisations == at.grant.organisations


def test_a_company_that_is_not_opened_is_named(at: Bench) -> None:
    values = {**at.grant.values, "company_id": "another"}
    config = replace(at.connector.config, organisation_id="", values=values)
    with Dynamics365(config, Services(tokens=MemoryTokens())) as made:
        with pytest.raises(Reauthorise, match="Microsoft Entra applications"):
            made.login()

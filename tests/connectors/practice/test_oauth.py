import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from connectors.practice.oauth import OAuthRules, OAuthServer, Previous
from connectors.practice.wire import Request
from tests.connectors.practice.client import Caller
from tests.connectors.practice.shop import Clock, ledger

BACK = "http://127.0.0.1:9/back"
QUESTION = {
    "client_id": "practice-client",
    "response_type": "code",
    "scope": "com.intuit.quickbooks.accounting",
    "redirect_uri": BACK,
    "state": "s1",
}


def asked(path: str, form: dict[str, str], **headers: str) -> Request:
    return Request(
        method="POST", target=path, body=urlencode(form).encode(), headers=headers
    )


def decided(caller: Caller, decision: str = "allow", **change: str) -> dict[str, Any]:
    answer = requests.post(
        f"{caller.url}/connect/oauth2",
        params={**QUESTION, **change},
        data={"decision": decision, "company": change.get("company", "")},
        allow_redirects=False,
        timeout=5,
    )
    assert answer.status_code == 302, answer.text
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def token(caller: Caller, form: dict[str, str], **change: Any) -> requests.Response:
    told = caller.credentials
    auth = change.get("auth", (told["client_id"], told["client_secret"]))
    address = f"{caller.url}/oauth2/v1/tokens/bearer"
    return requests.post(address, data=form, auth=auth, timeout=5)


def exchange(caller: Caller, code: str, **change: Any) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return token(caller, {**form, **change})


def test_the_consent_page_says_practice(caller: Caller) -> None:
    page = requests.get(f"{caller.url}/connect/oauth2", params=QUESTION, timeout=5)
    assert page.status_code == 200
    assert "PRACTICE" in page.text
    assert "Practice Repairs Ltd" in page.text
    assert "Quayside Sundries Ltd" in page.text
    assert ">Allow<" in page.text
    assert ">Refuse<" in page.text


def test_what_is_asked_cannot_break_the_page(caller: Caller) -> None:
    question = {**QUESTION, "state": '"><script>'}
    page = requests.get(f"{caller.url}/connect/oauth2", params=question, timeout=5)
    assert "<script>" not in page.text


def test_allowing_brings_a_code_and_the_company(caller: Caller) -> None:
    back = decided(caller)
    assert back["state"] == "s1"
    assert back["realmId"] == caller.realm
    tokens = exchange(caller, back["code"]).json()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["x_refresh_token_expires_in"] == 8_726_400
    caller.use(tokens["access_token"])
    assert caller.get("preferences")


def test_refusing_brings_an_error(caller: Caller) -> None:
    assert decided(caller, "refuse") == {"error": "access_denied", "state": "s1"}


def test_another_company_has_other_books(caller: Caller) -> None:
    others = [id_ for id_ in caller.server.face.companies if id_ != caller.realm]  # type: ignore[attr-defined] # this face's own
    back = decided(caller, company=others[0])
    caller.use(exchange(caller, back["code"]).json()["access_token"])
    assert caller.call("GET", "preferences").status_code == 401
    caller.realm = others[0]
    info = caller.get(f"companyinfo/{others[0]}")["CompanyInfo"]
    assert info["CompanyName"] == "Quayside Sundries Ltd"


@pytest.mark.parametrize(
    "change",
    [{"client_id": "other"}, {"redirect_uri": "/back"}, {"redirect_uri": "ftp://a/"}],
)
def test_an_unsafe_question_is_never_redirected(
    caller: Caller, change: dict[str, str]
) -> None:
    page = requests.get(
        f"{caller.url}/connect/oauth2",
        params={**QUESTION, **change},
        allow_redirects=False,
        timeout=5,
    )
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "openid"}, "invalid_scope"),
    ],
)
def test_a_wrong_question_goes_back_as_an_error(
    caller: Caller, change: dict[str, str], error: str
) -> None:
    assert decided(caller, **change)["error"] == error


def test_a_code_works_once(caller: Caller) -> None:
    code = decided(caller)["code"]
    assert exchange(caller, code).status_code == 200
    again = exchange(caller, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "invalid_grant"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_is_bound(caller: Caller, change: dict[str, str], error: str) -> None:
    code = decided(caller)["code"]
    assert exchange(caller, **{"code": code, **change}).json()["error"] == error


def test_a_code_grows_old(caller: Caller, clock: Clock) -> None:
    code = decided(caller)["code"]
    clock.advance(minutes=6)
    assert exchange(caller, code).status_code == 400


def test_a_wrong_secret_is_refused(caller: Caller) -> None:
    answer = token(caller, {"grant_type": "refresh_token"}, auth=("a", "b"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def refresh(caller: Caller, value: str) -> requests.Response:
    return token(caller, {"grant_type": "refresh_token", "refresh_token": value})


def test_an_expired_token_is_refreshed(caller: Caller, clock: Clock) -> None:
    clock.advance(hours=2)
    answer = caller.call("GET", "preferences")
    assert answer.status_code == 401
    assert "Token expired" in answer.json()["fault"]["error"][0]["detail"]
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
    tokens = refresh(caller, caller.credentials["refresh_token"]).json()
    caller.use(tokens["access_token"])
    assert caller.get("preferences")


def test_the_previous_refresh_token_lives_until_the_new_one_worked(
    caller: Caller,
) -> None:
    first = caller.credentials["refresh_token"]
    second = refresh(caller, first).json()["refresh_token"]
    third = refresh(caller, first).json()["refresh_token"]
    assert refresh(caller, second).status_code == 400
    assert refresh(caller, third).status_code == 200
    assert refresh(caller, first).status_code == 400


def test_a_revoked_grant_is_over(caller: Caller) -> None:
    told = caller.credentials
    answer = requests.post(
        f"{caller.url}/v2/oauth2/tokens/revoke",
        json={"token": told["refresh_token"]},
        auth=(told["client_id"], told["client_secret"]),
        timeout=5,
    )
    assert answer.status_code == 200
    assert caller.call("GET", "preferences").status_code == 401
    answer = refresh(caller, told["refresh_token"])
    assert answer.json() == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }


def test_a_refresh_token_is_no_access_token(caller: Caller) -> None:
    caller.use(caller.credentials["refresh_token"])
    assert caller.call("GET", "preferences").status_code == 401


# --- rules that other platforms choose


@pytest.mark.parametrize(
    ("previous", "rotates", "again"),
    [(Previous.KEPT, False, 200), (Previous.DIES, True, 400)],
)
def test_refresh_tokens_rotate_by_the_rules(
    previous: Previous, rotates: bool, again: int
) -> None:
    server = OAuthServer(ledger(), "Some Vendor", OAuthRules(previous=previous))
    grant = server.issue("c1")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": grant.refresh,
        "client_id": server.client.id,
        "client_secret": server.client.secret,
    }
    first = server.token(asked("/token", form))
    assert first.status == 200
    assert (grant.refresh.encode() not in first.body) is rotates
    assert server.token(asked("/token", form)).status == again


@pytest.mark.parametrize(("verifier", "status"), [("v" * 43, 200), ("w" * 43, 400)])
def test_a_code_is_bound_to_its_pkce_challenge(verifier: str, status: int) -> None:
    server = OAuthServer(ledger(), "Some Vendor", OAuthRules(pkce_required=True))
    digest = hashlib.sha256(("v" * 43).encode()).digest()
    question = {
        **QUESTION,
        "decision": "allow",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    back = server.authorize(asked("/authorize", question)).headers[0][1]
    form = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(back).query)["code"][0],
        "redirect_uri": BACK,
        "code_verifier": verifier,
        "client_id": server.client.id,
        "client_secret": server.client.secret,
    }
    assert server.token(asked("/token", form)).status == status


def test_pkce_may_be_required() -> None:
    server = OAuthServer(ledger(), "Some Vendor", OAuthRules(pkce_required=True))
    question = {**QUESTION, "decision": "allow"}
    back = server.authorize(asked("/authorize", question)).headers[0][1]
    assert "error=invalid_request" in back

import pytest

from connectors.services import Tokens
from connectors.transport.redaction import Redactor


@pytest.mark.parametrize(
    "text",
    [
        '{"access_token": "s3cr3t-value"}',
        '{"refreshToken":"s3cr3t-value"}',
        '{"password" : "s3cr3t-\\"value"}',
        "grant_type=password&password=s3cr3t-value&x=1",
        "https://vendor.example/x?api_key=s3cr3t-value",
        "<request><password>s3cr3t-value</password></request>",
        '<a:sessionid xmlns:a="urn:x">s3cr3t-value</a:sessionid>',
        "failed with Bearer s3cr3t-value",
    ],
)
def test_it_hides_what_a_name_gives_away(text: str) -> None:
    assert "s3cr3t" not in Redactor().text(text)


def test_it_leaves_what_only_looks_like_a_secret() -> None:
    text = '{"SyncToken": "0", "token_type": "bearer", "code": "6140"}'
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "header", ["Authorization", "Cookie", "Set-Cookie", "X-Api-Key"]
)
def test_it_hides_headers_that_carry_a_proof(header: str) -> None:
    assert Redactor().headers({header: "abc"}) == f"{header}: ***"


@pytest.mark.parametrize("form", ["p&ss wörd", "p%26ss+w%C3%B6rd", "p&amp;ss wörd"])
def test_it_hides_a_known_value_in_each_of_its_forms(form: str) -> None:
    assert form not in Redactor(["p&ss wörd"]).text(f"it said: {form}!")


def test_it_learns_new_tokens_on_the_way() -> None:
    redactor = Redactor()
    redactor.learn_tokens(Tokens(access="newer-one", session={"sid": "cookie-1"}))
    assert redactor.text("newer-one cookie-1") == "*** ***"


def test_it_cuts_a_body_after_hiding() -> None:
    shown = Redactor(["abcdefgh"]).body(b"12345 abcdefgh 678", characters=8)
    assert shown == "12345 **... (18 bytes)"


def test_it_leaves_too_short_values_to_their_names() -> None:
    assert Redactor(["ab"]).text("about cab") == "about cab"

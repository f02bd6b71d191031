"""Takes secrets out of what is kept about an exchange: by name, and by value."""

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from connectors.services import Tokens

STARS = "***"
_SHORTEST_SECRET = 4

# Compared without case, hyphens and underscores. "SyncToken" and the like are no
# secrets, so names are compared whole.
SECRET_NAMES = frozenset(
    """
    accesskey accesstoken apikey appkey assertion authorization authtoken b1session
    clientassertion clientsecret clientstate codeverifier consumersecret cookie
    developerkey devkey
    idtoken oauthsignature ocpapimsubscriptionkey passwd password privatekey
    proxyauthorization pwd refreshtoken secret
    senderpassword sessionid sessiontoken setcookie sharedsecret
    signature subscriptionkey token tokensecret userpassword xapikey xauthtoken
    verifier xcsrftoken xmyobapicftoken
    """.split()
)
# Possessive: a body of ten thousand words must not be walked word by word, again.
_NAME = r"[A-Za-z0-9_.\-]{2,60}+"
_JSON_MEMBER = re.compile(rf'"({_NAME})"(\s*:\s*)"((?:[^"\\]|\\.)*)"')
_FORM_PAIR = re.compile(rf"(?<![A-Za-z0-9_.\-])({_NAME})=([^&\s\"'<>]+)")
_XML_ELEMENT = re.compile(rf"<((?:[\w.\-]{{1,60}}:)?({_NAME}))(\s[^<>]*)?>([^<]*)</\1>")
_BEARER = re.compile(r"\b(Bearer|Basic|OAuth)\s+[A-Za-z0-9+/=._~\-]{8,}", re.IGNORECASE)


def secret_name(name: str) -> bool:
    return re.sub(r"[-_]", "", name).lower() in SECRET_NAMES


class Redactor:
    """Knows the secrets of one connection. Cheap to ask; learns new tokens on the way.

    Values shorter than four characters are hidden only by their name.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                self._forms |= _forms(secret)
        ordered = sorted(self._forms, key=len, reverse=True)
        if ordered:
            self._pattern = re.compile("|".join(map(re.escape, ordered)))

    def learn_tokens(self, tokens: Tokens) -> None:
        self.learn(tokens.access, tokens.refresh, *tokens.session.values())

    def text(self, text: str) -> str:
        if self._pattern:
            text = self._pattern.sub(STARS, text)
        text = _JSON_MEMBER.sub(_hide_json, text)
        text = _FORM_PAIR.sub(_hide_form, text)
        text = _XML_ELEMENT.sub(_hide_xml, text)
        return _BEARER.sub(rf"\1 {STARS}", text)

    def headers(self, headers: Mapping[str, str]) -> str:
        return "\n".join(
            f"{name}: {STARS if secret_name(name) else self.text(value)}"
            for name, value in headers.items()
        )

    def body(self, content: bytes, *, characters: int) -> str:
        """Redacted first and cut afterwards, so that no half of a secret is left."""
        text = content[: characters * 2].decode("utf-8", "replace")
        hidden = self.text(text)
        if len(hidden) <= characters and len(content) <= characters * 2:
            return hidden
        return f"{hidden[:characters]}... ({len(content)} bytes)"


def _forms(secret: str) -> set[str]:
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        escape(secret),
    }


def _hide_json(match: re.Match[str]) -> str:
    if not secret_name(match[1]):
        return match[0]
    return f'"{match[1]}"{match[2]}"{STARS}"'


def _hide_form(match: re.Match[str]) -> str:
    return f"{match[1]}={STARS}" if secret_name(match[1]) else match[0]


def _hide_xml(match: re.Match[str]) -> str:
    if not secret_name(match[2]):
        return match[0]
    return f"<{match[1]}{match[3] or ''}>{STARS}</{match[1]}>"

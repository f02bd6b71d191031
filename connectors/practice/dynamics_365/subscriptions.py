"""Subscriptions: the endpoint is asked first, and after three days they are gone."""

import datetime as dt
import urllib.request
from typing import Any
from urllib.parse import urlencode

from ..ledger import Ledger
from ..wire import Request, Response, json_response
from . import render, shapes
from .refusals import Refused, not_found
from .writes import parsed, require_match

Row = dict[str, Any]
LIFETIME = dt.timedelta(days=3)
_KEY = "bc.subscription."
_SECONDS = 5
_RESOURCES = (
    *("salesInvoices", "salesCreditMemos", "purchaseInvoices", "customers", "vendors"),
    *("accounts", "items", "customerPaymentJournals", "journals"),
)


def rows(ledger: Ledger) -> list[Row]:
    now = render.stamp(ledger.store.now())
    kept = ledger.recall_all(_KEY)
    return [_shown(row) for row in kept if row["expirationDateTime"] > now]


def create(ledger: Ledger, request: Request) -> Response:
    sent = parsed(shapes.SUBSCRIPTION, request.json())
    if sent["resource"].rpartition("/")[2] not in _RESOURCES:
        raise Refused("The resource cannot be subscribed to.", code="BadRequest")
    id = ledger.policies.ids.next("subscriptions").replace("-", "")
    return json_response(_kept(ledger, id, sent, version=0), 201)


def renew(ledger: Ledger, request: Request) -> Response:
    row = _row(ledger, request.params["key"])
    require_match(request.header("If-Match"), _etag(row))
    sent = parsed(shapes.SUBSCRIPTION, request.json())
    id = row["subscriptionId"]
    return json_response(_kept(ledger, id, sent, version=row["version"] + 1))


def remove(ledger: Ledger, request: Request) -> Response:
    row = _row(ledger, request.params["key"])
    require_match(request.header("If-Match"), _etag(row))
    ledger.forget(f"{_KEY}{row['subscriptionId']}")
    return Response(status=204)


def _kept(ledger: Ledger, id: str, sent: Row, *, version: int) -> Row:
    _ask(sent["notificationUrl"], token=id)
    now = ledger.store.now()
    row = {
        "subscriptionId": id,
        "notificationUrl": sent["notificationUrl"],
        "resource": sent["resource"],
        "clientState": sent.get("clientState", ""),
        "expirationDateTime": render.stamp(now + LIFETIME),
        "lastModifiedDateTime": render.stamp(now),
        "version": version,
    }
    ledger.remember(f"{_KEY}{id}", row)
    return _shown(row)


def _ask(url: str, *, token: str) -> None:
    """The endpoint repeats the token that it is asked with, or is not taken."""
    if not url.startswith(("http://127.0.0.1:", "http://localhost:")):
        raise Refused("A practice ledger calls this machine alone.", code="BadRequest")
    joint = "&" if "?" in url else "?"
    address = f"{url}{joint}{urlencode({'validationToken': token})}"
    asked = urllib.request.Request(address, method="POST")  # noqa: S310 - see above
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            told = answer.read().decode("utf-8", "replace").strip().strip('"')
    except OSError as error:
        raise Refused("The notification address does not answer.") from error
    if told != token:
        raise Refused("The notification address did not repeat the token.")


def _row(ledger: Ledger, key: str) -> Row:
    id = key.strip("'")
    now = render.stamp(ledger.store.now())
    row: Row | None = ledger.recall(f"{_KEY}{id}")
    if row is None or row["expirationDateTime"] <= now:
        raise not_found("The subscription was not found.")
    return row


def _etag(row: Row) -> str:
    return render.etag(row["subscriptionId"], row["version"])


def _shown(row: Row) -> Row:
    body = {name: value for name, value in row.items() if name != "version"}
    return {"@odata.etag": _etag(row)} | body

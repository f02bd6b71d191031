"""The control API `/__practice__/` of every practice ledger, JSON throughout.

`GET documents`             `{"documents": [entry, ...]}`, see `edits`
`POST documents`            adds an entry, answers it with its `id` (201)
`PATCH documents/ID`        changes `party`, `date`, `gross`, `status`; the entry
`DELETE documents/ID`       deletes it (204)
`GET`, `POST`, `DELETE faults`, `DELETE faults/ID`     see `faults`
`GET stats`, `DELETE stats` requests by route and status, and `token_requests`
`GET credentials`           what `connect` takes, as in the credentials file
`GET company`, `PATCH company`   `name`, `currency`, `closed_until` (date or null) and
                            `settings` (merged into the face's own, see each face)

Wrong input is answered 400 `{"error": "..."}`, an unknown id 404; nothing is changed.
"""

import datetime as dt
from typing import Any, Protocol

from . import edits
from .errors import LedgerError, NotFound
from .face import Face
from .faults import BadRule, Faults
from .wire import BadBody, Request, Response, Route, Router, json_response

ROOT = "/__practice__"


class Counted(Protocol):
    def as_json(self) -> dict[str, Any]: ...

    def clear(self) -> None: ...


class Control:
    def __init__(self, face: Face, faults: Faults, stats: Counted) -> None:
        self.face = face
        self.ledger = face.ledger
        self.faults = faults
        self.stats = stats

    def routes(self) -> list[Route]:
        return [
            Route("GET", f"{ROOT}/documents", self.list_documents),
            Route("POST", f"{ROOT}/documents", self.add_document),
            Route("PATCH", f"{ROOT}/documents/{{id}}", self.change_document),
            Route("DELETE", f"{ROOT}/documents/{{id}}", self.remove_document),
            Route("GET", f"{ROOT}/faults", self.list_faults),
            Route("POST", f"{ROOT}/faults", self.add_faults),
            Route("DELETE", f"{ROOT}/faults", self.clear_faults),
            Route("DELETE", f"{ROOT}/faults/{{id}}", self.remove_fault),
            Route("GET", f"{ROOT}/stats", self.show_stats),
            Route("DELETE", f"{ROOT}/stats", self.clear_stats),
            Route("GET", f"{ROOT}/credentials", self.credentials),
            Route("GET", f"{ROOT}/company", self.company),
            Route("PATCH", f"{ROOT}/company", self.change_company),
        ]

    def answer(self, request: Request, router: Router) -> Response:
        route, known = router.find(request)
        if route is None:
            return _error("No such path.", 405 if known else 404)
        try:
            return route.handle(request)
        except NotFound as error:
            return _error(error.message, 404)
        except LedgerError as error:
            return _error(error.message, 400)
        except (BadBody, BadRule, edits.BadEdit) as error:
            return _error(str(error), 400)

    def list_documents(self, request: Request) -> Response:
        return json_response({"documents": edits.entries(self.ledger)})

    def add_document(self, request: Request) -> Response:
        return json_response(edits.add(self.ledger, request.json()), 201)

    def change_document(self, request: Request) -> Response:
        fields = request.json()
        return json_response(edits.change(self.ledger, request.params["id"], fields))

    def remove_document(self, request: Request) -> Response:
        edits.remove(self.ledger, request.params["id"])
        return Response(status=204)

    def list_faults(self, request: Request) -> Response:
        return json_response({"faults": self.faults.as_json()})

    def add_faults(self, request: Request) -> Response:
        """All or none of the rules given."""
        given = request.json()
        if isinstance(given, dict) and "faults" in given:
            given = given["faults"]
        rules = given if isinstance(given, list) else [given]
        for rule in rules:
            if not isinstance(rule, dict):
                raise BadRule("A rule is a JSON object.")
            self.faults.check(rule)
        for rule in rules:
            self.faults.add(rule)
        return json_response({"faults": self.faults.as_json()}, 201)

    def clear_faults(self, request: Request) -> Response:
        self.faults.clear()
        return Response(status=204)

    def remove_fault(self, request: Request) -> Response:
        if not self.faults.remove(request.params["id"]):
            return _error("No such rule.", 404)
        return Response(status=204)

    def show_stats(self, request: Request) -> Response:
        return json_response(self.stats.as_json())

    def clear_stats(self, request: Request) -> Response:
        self.stats.clear()
        return Response(status=204)

    def credentials(self, request: Request) -> Response:
        return json_response(credentials_of(self.face, request.base_url))

    def company(self, request: Request) -> Response:
        company = self.ledger.company
        closed = company.closed_until
        return json_response(
            {
                "id": company.id,
                "name": company.name,
                "currency": company.currency,
                "closed_until": closed.isoformat() if closed else None,
                "settings": dict(company.extra),
            }
        )

    def change_company(self, request: Request) -> Response:
        fields = request.json()
        allowed = {"name", "closed_until", "currency", "settings"}
        if not isinstance(fields, dict) or fields.keys() - allowed:
            raise edits.BadEdit(f"Any of {', '.join(sorted(allowed))}.")
        if closed := fields.get("closed_until"):
            fields["closed_until"] = _date(closed)
        if "settings" in fields:
            if not isinstance(fields["settings"], dict):
                raise edits.BadEdit("settings: a JSON object is needed.")
            extra = self.ledger.company.extra
            fields["extra"] = {**extra, **dict(fields.pop("settings"))}
        self.ledger.change_company(**fields)
        return self.company(request)


def credentials_of(face: Face, base_url: str) -> dict[str, Any]:
    """The credentials file's content: the face's keys and what all have."""
    return {
        "url": base_url,
        "platform": face.slug,
        **face.credentials(base_url),
        "sample": face.sample(),
    }


def _date(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise edits.BadEdit("closed_until: YYYY-MM-DD or null.") from error


def _error(message: str, status: int) -> Response:
    return json_response({"error": message}, status)

"""Odoo's three wires: how a call comes in, and how an answer or a refusal goes out."""

import xmlrpc.client
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

from ..wire import BadBody, Request, Response, json_response, text_response
from . import trouble
from .orm import Field, Model
from .trouble import Trouble

XML = "text/xml; charset=utf-8"
# Methods that run on the model, not on records of it.
OF_THE_MODEL = frozenset(
    {"create", "search", "search_read", "search_count", "fields_get", "context_get"}
)
_STATUSES = {
    trouble.DENIED: 401,
    trouble.NO_RIGHTS: 403,
    trouble.WARNING: 422,
    trouble.APPLICATION: 500,
}


class Served(Protocol):
    def serve(
        self, request: Request, service: str, method: str, args: Sequence[Any]
    ) -> Any: ...

    def authorise(self, database: Any, key: Any) -> None: ...

    def run(
        self,
        request: Request,
        name: str,
        method: str,
        ids: Sequence[int] | None,
        places: Sequence[Any],
        named: Mapping[str, Any],
    ) -> Any: ...


def ids_of(value: Any) -> list[int]:
    many = value if isinstance(value, list) else [value]
    if not all(isinstance(each, int) for each in many):
        raise trouble.bug(f"{value!r} are no ids")
    return many


def users(uid: int) -> Model:
    """As much of it as clients ask for when they begin."""
    context = {"lang": "en_US", "tz": "Europe/London", "uid": uid}
    return Model(
        "res.users",
        lambda: [uid],
        {"id": Field("integer", int), "name": Field("char", str)},
        methods={"context_get": lambda ids, call: context},
    )


def page(status: int) -> Response:
    text = f"<!doctype html><title>{status}</title><h1>{status}</h1>"
    return text_response(text, status, "text/html; charset=utf-8")


# --- XML-RPC


def xml_1(request: Request, served: Served, service: str) -> Response:
    """The first wire, whose faults have a text for a number; libraries still use it."""
    return xml(request, served, service, word=_in_words)


def _in_words(error: Trouble) -> Response:
    kind = error.name.rpartition(".")[2]
    code = {
        trouble.APPLICATION: error.message,
        trouble.DENIED: kind,
    }.get(error.code, f"warning -- {kind}\n\n{error.text}")
    fault = xmlrpc.client.Fault(0, error.text)
    fault.faultCode = code  # type: ignore[assignment] # what no standard allows
    return Response(body=xmlrpc.client.dumps(fault).encode(), content_type=XML)


def xml(
    request: Request,
    served: Served,
    service: str,
    *,
    word: Callable[[Trouble], Response] | None = None,
) -> Response:
    """All refusals are faults, with HTTP 200."""
    word = word or xml_trouble
    try:
        args, method = _xml_call(request.body)
        result = served.serve(request, service, method, args)
    except Trouble as error:
        return word(error)
    if result is None:
        # It was done and is kept; only the answer cannot be written.
        return word(Trouble(trouble.APPLICATION, trouble.NOTHING))
    body = xmlrpc.client.dumps((_plain(result),), methodresponse=True)
    return Response(body=body.encode(), content_type=XML)


def xml_trouble(error: Trouble) -> Response:
    body = xmlrpc.client.dumps(xmlrpc.client.Fault(error.code, error.text))
    return Response(body=body.encode(), content_type=XML)


def _xml_call(body: bytes) -> tuple[tuple[Any, ...], str]:
    try:
        args, method = xmlrpc.client.loads(body, use_builtin_types=True)
    except (ExpatError, xmlrpc.client.ResponseError, ValueError, TypeError) as error:
        raise BadBody(str(error)) from error
    if not method:
        raise BadBody("no method is named")
    return args, method


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


# --- JSON-RPC


def json_rpc(request: Request, served: Served) -> Response:
    given = json_params(request)
    try:
        result = served.serve(
            request,
            str(given.get("service")),
            str(given.get("method")),
            list(given.get("args") or ()),
        )
    except Trouble as error:
        return json_trouble(request, error)
    return json_answer(request, result)


def json_params(request: Request) -> dict[str, Any]:
    sent = request.json()
    if not isinstance(sent, dict) or not isinstance(sent.get("params", {}), dict):
        raise BadBody("A JSON-RPC call is needed.")
    return dict(sent.get("params", {}))


def json_answer(request: Request, result: Any) -> Response:
    return json_response(
        {"jsonrpc": "2.0", "id": request.json().get("id"), "result": result}
    )


def json_trouble(request: Request, error: Trouble) -> Response:
    told = {
        "code": 200,
        "message": "Odoo Server Error",
        "data": {**_told(error), "debug": error.text},
    }
    return json_response(
        {"jsonrpc": "2.0", "id": request.json().get("id"), "error": told}
    )


def _told(error: Trouble) -> dict[str, Any]:
    return {
        "name": error.name,
        "message": error.message,
        "arguments": [error.message],
        "context": {},
    }


# --- JSON-2


def json_2(request: Request, served: Served) -> Response:
    """The key in the header, all parameters by name."""
    kind, _, key = request.header("Authorization").partition(" ")
    try:
        served.authorise(
            request.header("X-Odoo-Database"), key if kind.lower() == "bearer" else ""
        )
        sent = request.json()
        if not isinstance(sent, dict):
            raise BadBody("One JSON object is needed.")
        model, method = request.params["model"], request.params["method"]
        ids = None if method in OF_THE_MODEL else ids_of(sent.pop("ids", []))
        result = served.run(request, model, method, ids, [], sent)
    except Trouble as error:
        return _json2_trouble(error)
    return json_response(result)


def _json2_trouble(error: Trouble) -> Response:
    status = 404 if "MissingError" in error.name else _STATUSES[error.code]
    if error.code == trouble.DENIED:
        unauthorised = {
            "name": "werkzeug.exceptions.Unauthorized",
            "message": "Invalid apikey",
            "arguments": ["Invalid apikey", status],
        }
        return json_response({**_told(error), **unauthorised, "debug": ""}, status)
    return json_response({**_told(error), "debug": error.text}, status)

"""Holds requests and answers against what a real Odoo 18.0 told of its models."""

import json
import xmlrpc.client
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.connectors.spec_check.recorder import Sent

Models = Mapping[str, Mapping[str, Mapping[str, Any]]]

# What a server of another version than 18.0 has, or what is not among the thirteen
# models on file, each with its reason.
EXPLAINED = {
    "account.account.active": "version 19 has it in place of deprecated",
    "res.country": "not on file; every Odoo has the codes of ISO 3166",
}
# Methods whose arguments are records' fields, and where they stand.
_READS = {"search_read": 1, "read": 0}
_FITS: Mapping[str, tuple[type, ...]] = {
    "char": (str,),
    "html": (str,),
    "text": (str,),
    "selection": (str,),
    "date": (str,),
    "datetime": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "float": (int, float),
    "monetary": (int, float),
    "many2one": (int,),
    "one2many": (list,),
    "many2many": (list,),
}


def load(folder: Path) -> Models:
    models: Models = json.loads((folder / "fields_get_18.0.json").read_text())
    return models


def findings(models: Models, traffic: Iterable[Sent]) -> list[str]:
    """What is not explained, once each."""
    found = {f for sent in traffic for f in _of_exchange(models, sent)}
    return sorted(f for f in found if f.partition(":")[0] not in EXPLAINED)


def methods_called(traffic: Iterable[Sent]) -> set[str]:
    calls = (_call_of(sent) for sent in traffic)
    return {f"{call[0]}.{call[1]}" for call in calls if call}


def _call_of(sent: Sent) -> tuple[str, str, dict[str, Any]] | None:
    """Model, method, and all arguments by name."""
    path = urlsplit(sent.url).path
    if path.startswith("/json/2/"):
        model, method = path.split("/")[3:5]
        return model, method, json.loads(sent.body)
    if not path.endswith("/object"):
        return None
    arguments: Any = xmlrpc.client.loads(sent.body, use_builtin_types=True)[0]
    model, method, places, named = arguments[3:7]
    return model, method, {**named, **_by_name(method, places)}


def _by_name(method: str, places: list[Any]) -> dict[str, Any]:
    names = {
        "search_read": ["domain"],
        "create": ["vals_list"],
        "write": ["ids", "vals"],
    }
    return dict(zip(names.get(method, ["ids"]), places, strict=False))


def _of_exchange(models: Models, sent: Sent) -> Iterator[str]:
    call = _call_of(sent)
    if call is None:
        return
    model, method, given = call
    if model not in models:
        yield f"{model}: not on file"
        return
    for name in [*given.get("fields", ()), *_domain_fields(given.get("domain", []))]:
        yield from _known(models, model, name)
    values = given.get("vals_list") or given.get("vals") or {}
    for each in values if isinstance(values, list) else [values]:
        yield from _of_values(models, model, each)
    if method in _READS:
        for row in _answered(sent):
            yield from _of_row(models, model, row)


def _domain_fields(domain: Iterable[Any]) -> list[str]:
    return [term[0] for term in domain if isinstance(term, list)]


def _known(models: Models, model: str, name: str) -> Iterator[str]:
    if name not in models[model]:
        yield f"{model}.{name}: unknown to {model}"


def _of_values(models: Models, model: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield from _known(models, model, name)
        yield from _of_type(models, model, name, value)
        relation = models[model].get(name, {}).get("relation")
        if isinstance(relation, str) and isinstance(value, list):
            made = [command[2] for command in value if command[0] == 0]
            for each in made:
                yield from _of_values(models, relation, each)


def _of_type(models: Models, model: str, name: str, value: Any) -> Iterator[str]:
    field = models[model].get(name, {})
    kinds = _FITS.get(str(field.get("type")), (object,))
    flag = isinstance(value, bool) and bool not in kinds
    if flag or not isinstance(value, kinds):
        yield f"{model}.{name}: {value!r} is no {field.get('type')}"
    words = [word for word, _ in field.get("selection") or ()]
    if words and value not in words:
        yield f"{model}.{name}: {value!r} is no word of it"


def _answered(sent: Sent) -> list[dict[str, Any]]:
    """The rows of our practice ledger's answer; none where it refused."""
    if sent.status != 200 or not sent.answer:
        return []
    try:
        if sent.answer.lstrip().startswith(b"<"):
            rows: Any = xmlrpc.client.loads(sent.answer)[0][0]
        else:
            rows = json.loads(sent.answer)
    except Exception:  # noqa: BLE001 - faults on purpose spoil answers
        return []
    return rows if isinstance(rows, list) else []


def _of_row(models: Models, model: str, row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        if name == "id":
            continue
        yield from _known(models, model, name)
        kind = models[model].get(name, {}).get("type")
        if kind == "many2one" and isinstance(value, list):
            continue
        # An empty field is False, whatever its type; numbers never are.
        if value is not False or kind in ("integer", "float", "monetary"):
            yield from _of_type(models, model, name, value)

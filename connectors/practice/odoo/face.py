"""Odoo's face: /xmlrpc, /jsonrpc and, from version 19 on, /json/2 on one database.

A company with Odoo's habits: the default sales tax is added where a line names none,
prices keep two places and quantities three. `PATCH /__practice__/company {"settings":
{"version": 19}}` makes it another version.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from ..books import Company, Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..policies import Integers, Policies, Scope
from ..wire import Request, Response, Route
from . import rpc, trouble
from .masters import BANK_JOURNALS, COMPANY_ID, Masters, version_of
from .moves import Moves
from .orm import Call, Model
from .payments import Payments
from .trouble import Trouble

DATABASE = "practice"
LOGIN = "practice@books.example"
UID = 2
MODEL_PATH = "/json/2/{model}/{method}"


class Odoo(Face):
    slug = "odoo"
    title = "Odoo"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._masters = Masters(ledger)
        self._moves = Moves(ledger, self._masters)
        self._payments = Payments(ledger, self._masters)
        self._models: dict[str, Model] = {}
        self._made_for = 0

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Integers(start=7),
            names=Scope.NONE,
            numbers={
                Kind.SALES_INVOICE: Scope.KIND,
                Kind.CREDIT_NOTE: Scope.KIND,
                Kind.SUPPLIER_INVOICE: Scope.KIND,
            },
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id=str(COMPANY_ID), name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        return {
            "base_url": base_url,
            "database": DATABASE,
            "user": LOGIN,
            "login": LOGIN,
            "password": self._secret("password"),
            "api_key": self._secret("key"),
            "company_id": str(COMPANY_ID),
            "quantity_places": "3",
        }

    def sample(self) -> dict[str, str]:
        found = super().sample()
        return found | {"bank": str(int(found["bank"]) + BANK_JOURNALS)}

    def _secret(self, name: str) -> str:
        if not self.ledger.recall(f"odoo.{name}"):
            self.ledger.remember(f"odoo.{name}", secrets.token_hex(20))
        return str(self.ledger.recall(f"odoo.{name}"))

    def revoke_grants(self) -> None:
        for name in ("password", "key"):
            self.ledger.forget(f"odoo.{name}")

    # --- routes

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/xmlrpc/2/common", lambda r: rpc.xml(r, self, "common")),
            Route("POST", "/xmlrpc/2/object", lambda r: rpc.xml(r, self, "object")),
            Route("POST", "/xmlrpc/common", lambda r: rpc.xml_1(r, self, "common")),
            Route("POST", "/xmlrpc/object", lambda r: rpc.xml_1(r, self, "object")),
            Route("POST", "/jsonrpc", lambda r: rpc.json_rpc(r, self)),
            Route("POST", "/web/webclient/version_info", self._version_info),
            Route("POST", "/web/session/authenticate", self._open_session),
            Route("POST", MODEL_PATH, self._json2),
        ]

    def serve(
        self, request: Request, service: str, method: str, args: Sequence[Any]
    ) -> Any:
        """A method of a service, as both older wires call it. Raises `Trouble`."""
        if service == "common":
            return self._common(method, args)
        if service != "object" or method not in ("execute_kw", "execute"):
            raise trouble.bug(f"Method not found: {service}.{method}")
        if len(args) < 5:
            raise trouble.bug(f"{method} needs five arguments")
        database, uid, key, model, name = args[:5]
        self.authorise(database, key, uid=uid)
        if method == "execute":
            return self.execute(request, model, name, args[5:], {})
        places = args[5] if len(args) > 5 else []
        named = args[6] if len(args) > 6 else {}
        return self.execute(request, model, name, places, named)

    def _common(self, method: str, args: Sequence[Any]) -> Any:
        if method == "version":
            return self.version()
        if method not in ("authenticate", "login") or len(args) < 3:
            raise trouble.bug(f"Method not found: common.{method}")
        database, login, key = args[:3]
        if database != DATABASE:
            raise trouble.no_database(database)
        return UID if login == LOGIN and self._fits(key) else False

    def version(self) -> dict[str, Any]:
        major = version_of(self.ledger)
        return {
            "server_version": f"{major}.0",
            "server_version_info": [major, 0, 0, "final", 0, ""],
            "server_serie": f"{major}.0",
            "protocol_version": 1,
        }

    def authorise(self, database: Any, key: Any, *, uid: Any = UID) -> None:
        """Raises `Trouble`."""
        if database != DATABASE:
            raise trouble.no_database(str(database))
        if uid != UID or not self._fits(key):
            raise Trouble(trouble.DENIED, "Access Denied")

    def _fits(self, key: Any) -> bool:
        known = [self.ledger.recall(f"odoo.{name}") for name in ("password", "key")]
        return bool(key) and any(
            secrets.compare_digest(str(key), str(each)) for each in known if each
        )

    def execute(
        self,
        request: Request,
        name: str,
        method: str,
        places: Sequence[Any],
        named: Mapping[str, Any],
    ) -> Any:
        """By place: the ids come first where the method runs on records."""
        rest = list(places)
        ids = None
        if method not in rpc.OF_THE_MODEL:
            ids = rpc.ids_of(rest.pop(0) if rest else named.get("ids", []))
        return self.run(request, name, method, ids, rest, named)

    def run(
        self,
        request: Request,
        name: str,
        method: str,
        ids: Sequence[int] | None,
        places: Sequence[Any],
        named: Mapping[str, Any],
    ) -> Any:
        """One transaction. Raises `Trouble`."""
        context = named.get("context") or {}
        allowed = context.get("allowed_company_ids", [COMPANY_ID])
        if allowed != [COMPANY_ID]:
            raise Trouble(
                trouble.NO_RIGHTS, "Access to unauthorized or invalid companies."
            )
        call = Call(places, named, context, request.begin_batch_item)
        try:
            with self.ledger.store.change():
                return self._model(name).run(method, ids, call)
        except LedgerError as error:
            raise trouble.of_ledger(error) from error

    def _model(self, name: str) -> Model:
        if self._made_for != version_of(self.ledger):
            self._made_for = version_of(self.ledger)
            parts = (self._masters, self._moves, self._payments)
            self._models = {m.name: m for part in parts for m in part.models()}
            self._models["res.users"] = rpc.users(UID)
        if name not in self._models:
            raise trouble.user_error(f"Object {name} doesn't exist")
        return self._models[name]

    def _version_info(self, request: Request) -> Response:
        return rpc.json_answer(request, self.version())

    def _open_session(self, request: Request) -> Response:
        given = rpc.json_params(request)
        uid = self._common(
            "authenticate", [given.get("db"), given.get("login"), given.get("password")]
        )
        if not uid:
            return rpc.json_trouble(request, Trouble(trouble.DENIED, "Access Denied"))
        session = {"uid": uid, "db": DATABASE, "username": LOGIN, "user_context": {}}
        return rpc.json_answer(request, session)

    def _json2(self, request: Request) -> Response:
        if version_of(self.ledger) < 19:
            return rpc.page(404)
        return rpc.json_2(request, self)

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return rpc.xml_trouble(trouble.of_ledger(error))

    def failure(self, request: Request, failure: Failure) -> Response:
        """Odoo itself has no quota: what answers so is a proxy before it."""
        return rpc.page(failure.status)

"""One company's books behind the vendor's API: single calls, batch, change feed."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..errors import LedgerError
from ..ledger import Ledger
from ..wire import Request, json_body
from . import refusals, selection, transactions
from .entities import ENTITIES, Entity, write
from .refusals import Refused, answer_time, stamp, unparsable
from .render import Json

BATCH_SIZE = 30
FEED_DAYS = 30
FEED_SIZE = 1000


class Company:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    # --- reading

    def info(self) -> Json:
        company = self.ledger.company
        return {
            "Id": "1",
            "SyncToken": str(company.version),
            "domain": "QBO",
            "sparse": False,
            "CompanyName": company.name,
            "LegalName": company.name,
            "Country": company.country,
            "FiscalYearStartMonth": "April",
            "SupportedLanguages": "en",
            "NameValue": [{"Name": "PracticeLedger", "Value": "true"}],
        }

    def preferences(self) -> Json:
        company = self.ledger.company
        closed = company.closed_until
        accounting = {"BookCloseDate": closed.isoformat()} if closed else {}
        custom = company.extra.get("custom_txn_numbers", True)
        return {
            "Id": "1",
            "SyncToken": "0",
            "domain": "QBO",
            "sparse": False,
            "AccountingInfoPrefs": {"UseAccountNumbers": True, **accounting},
            "SalesFormsPrefs": {"CustomTxnNumbers": custom},
            "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
            "CurrencyPrefs": {
                "MultiCurrencyEnabled": len(company.currencies) > 1,
                "HomeCurrency": {"value": company.currency},
            },
        }

    def query(self, text: str) -> Json:
        with self.ledger.store.lock:
            return selection.run(self.ledger, text)

    def read(self, entity: Entity, record_id: str) -> Json:
        return entity.render(self.ledger, entity.find(self.ledger, record_id))

    # --- writing

    def once(self, key: str, make: Callable[[], Json]) -> Json:
        """A request id that was used already gets the answer of that time."""
        if not key:
            with self.ledger.store.change():
                return make()

        fresh: list[Json] = []

        def kept() -> Json:
            fresh.append(make())
            return {"body": json_body(fresh[0]).decode()}

        text = self.ledger.once(f"quickbooks.request.{key}", kept)["body"]
        return fresh[0] if fresh else _parsed(text)

    def write(
        self, entity: Entity, operation: str, sent: Any, *, options: str, key: str
    ) -> Json:
        """Raises `Refused`."""
        try:
            return self.once(
                key,
                lambda: {
                    entity.name: write(self.ledger, entity, operation, sent, options)
                },
            )
        except LedgerError as error:
            raise self.refused(error) from error

    def send(self, record_id: str, address: str) -> Json:
        entity = ENTITIES["Invoice"]
        row = entity.find(self.ledger, record_id)
        return entity.render(self.ledger, transactions.send(self.ledger, row, address))

    def refused(self, error: LedgerError) -> Refused:
        existing = getattr(error, "existing", "")
        found = self.ledger.documents.find(existing)
        return refusals.refused(error, {existing: found.kind} if found else None)

    # --- batch

    def batch(self, request: Request, key: str) -> Json:
        """Items run one by one, each its own commit; one's fault stops no other."""
        sent = request.json()
        items = sent.get("BatchItemRequest") if isinstance(sent, dict) else None
        if not isinstance(items, list) or not items:
            raise refusals.missing("BatchItemRequest")
        if len(items) > BATCH_SIZE:
            raise Refused(
                "1040",
                "Batch size exceeded",
                f"The maximum number of batch items is {BATCH_SIZE}.",
            )
        if key and len(key) > 36:
            raise refusals.bad_text("requestid", 36, len(key))
        answers = [
            self._answered(request, index, item, key)
            for index, item in enumerate(items)
        ]
        return {"BatchItemResponse": answers, "time": answer_time()}

    def _answered(self, request: Request, index: int, item: Any, key: str) -> Json:
        if not isinstance(item, dict) or not item.get("bId"):
            raise refusals.missing("bId")
        bid = str(item["bId"])
        if not request.begin_batch_item(index):
            return {"bId": bid, "Fault": refusals.service_fault(500).fault()}
        try:
            return {"bId": bid, **self._item(item, f"{key}:{bid}" if key else "")}
        except LedgerError as error:
            return {"bId": bid, "Fault": self.refused(error).fault()}
        except Refused as error:
            return {"bId": bid, "Fault": error.fault()}

    def _item(self, item: Json, key: str) -> Json:
        if len(str(item["bId"])) > 10 and key:
            raise refusals.bad_text("bId", 10, len(str(item["bId"])))
        if "Query" in item:
            return {"QueryResponse": self.query(str(item["Query"]))}
        names = [name for name in item if name in ENTITIES]
        if len(names) != 1:
            raise refusals.missing("IntuitObject")
        operation = item.get("operation")
        options = str(item.get("optionsData", ""))
        if operation not in ("create", "update", "delete"):
            raise refusals.bad_word("operation", str(operation))
        if operation == "update" and "void" in options:
            operation = "void"
        name = names[0]
        return self.write(
            ENTITIES[name], operation, item[name], options=options, key=key
        )

    # --- change feed

    def changes(self, names: str, since: str) -> Json:
        """At most 1,000 objects, those that changed longest ago first."""
        moment = self._since(since)
        entities = [_entity(name.strip()) for name in names.split(",")]
        with self.ledger.store.lock:
            last = {
                (change.table, change.id): change
                for change in self.ledger.store.changes_since(moment)
            }
            ordered = sorted(last.values(), key=lambda change: change.sequence)
            found = self._found(entities, [(row.table, row.id) for row in ordered])
        answers = [
            {
                name: rows,
                "startPosition": 1,
                "maxResults": len(rows),
            }
            if rows
            else {}
            for name, rows in found.items()
        ]
        return {"CDCResponse": [{"QueryResponse": answers}], "time": answer_time()}

    def _since(self, text: str) -> dt.datetime:
        try:
            moment = selection.moment(text)
        except ValueError:
            raise unparsable("changedSince", text, "DateTime") from None
        oldest = self.ledger.store.now() - dt.timedelta(days=FEED_DAYS)
        if moment < oldest:
            raise unparsable("changedSince", text, "DateTime: over 30 days back")
        return moment

    def _found(
        self, entities: list[Entity], keys: list[tuple[str, str]]
    ) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = {entity.name: [] for entity in entities}
        count = 0
        for table, record_id in keys:
            row = self.ledger.store.tables[table].peek(record_id)
            for entity in entities:
                if count < FEED_SIZE and entity.table == table and entity.belongs(row):
                    found[entity.name].append(self._changed(entity, row))
                    count += 1
        return found

    def _changed(self, entity: Entity, row: Any) -> Json:
        if not row.deleted:
            return entity.render(self.ledger, row)
        return {
            "domain": "QBO",
            "status": "Deleted",
            "Id": row.id,
            "MetaData": {"LastUpdatedTime": stamp(row.updated_at)},
        }


def _entity(name: str) -> Entity:
    for entity in ENTITIES.values():
        if entity.name.lower() == name.lower():
            return entity
    raise refusals.bad_word("entities", name)


def _parsed(text: str) -> Json:
    return dict(json.loads(text, parse_float=Decimal))

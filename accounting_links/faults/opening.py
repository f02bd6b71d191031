"""How the matrix's small business is connected to a practice ledger, and again after
its grant was revoked."""

from decimal import Decimal

from accounting_links import connecting, gateway
from accounting_links.actions.map_nominal import map_nominal
from accounting_links.faults.working import BATCH
from accounting_links.models import (
    Connection,
    Environment,
    NominalLink,
    RecordType,
    RemoteRecord,
    Role,
)
from connectors.practice.control import credentials_of
from connectors.practice.server import PracticeServer
from connectors.records import AccountType
from invoicing.models import NominalCode, PaymentMethod, TaxRate


class Locks:
    """Revoking a grant may lock its user out, until somebody there lets it in again:
    what the face then noted is taken back. Consents are given anew anyhow."""

    def __init__(self, server: PracticeServer) -> None:
        self.ledger = server.face.ledger
        self._revoke = server.face.revoke_grants
        self._before: dict[str, object] = {}
        server.face.revoke_grants = self._lock  # type: ignore[method-assign]

    def open(self) -> None:
        for name, value in self._before.items():
            self.ledger.remember(name, value)
        self._before = {}

    def _lock(self) -> None:
        before = self.ledger.memories()
        self._revoke()
        after = self.ledger.memories()
        self._before |= {
            name: before.get(name)
            for name in before.keys() | after.keys()
            if before.get(name) != after.get(name) and not name.startswith("oauth.")
        }


def make_codes() -> None:
    for code, name in (("4000", "Sales"), ("5000", "Purchases")):
        NominalCode.objects.get_or_create(code=code, defaults={"name": name})
    TaxRate.objects.get_or_create(
        code="S", defaults={"name": "Standard", "rate": Decimal(20)}
    )
    PaymentMethod.objects.get_or_create(code="FAULT", defaults={"name": "Card"})


def connect(server: PracticeServer) -> Connection:
    platform = server.face.slug
    connection = Connection(
        name=f"Faults of {platform}"[:60],
        platform=platform,
        environment=Environment.PRACTICE,
        trigger=connecting.default_trigger(platform),
        batch_size=BATCH,
    )
    grant(connection, server)
    return connection


def grant(connection: Connection, server: PracticeServer) -> None:
    told = credentials_of(server.face, server.url)
    connecting.connect_practice(connection, credentials=told, actor=None)
    connection.refresh_from_db()


def map_expenses(connection: Connection) -> None:
    """Where accounts have no codes to go by, as a person does it: any that fits."""
    nominal = NominalCode.objects.get(code="5000")
    if NominalLink.objects.filter(connection=connection, nominal=nominal).exists():
        return
    rows = RemoteRecord.objects.filter(
        connection=connection, type=RecordType.ACCOUNT, active=True
    ).order_by("external_id")
    fitting = [row for row in rows if row.data.get("type") == AccountType.EXPENSE]
    if fitting:
        map_nominal(connection, nominal, account_id=fitting[0].external_id)


def roles(connection: Connection) -> list[Role]:
    kinds = {kind.value for kind in gateway.capabilities(connection).kinds}
    roles = [Role.CUSTOMER]
    return [*roles, Role.SUPPLIER] if "supplier_invoice" in kinds else roles

"""Which id of a document a platform does not know, where it does not say so itself."""

from connectors.base import Connector
from connectors.errors import Rejected, Where
from connectors.records import Document, party_role


def explained(connector: Connector, document: Document, where: Where) -> Rejected:
    """Asks for the party, then for the accounts; what is left is the tax. A few calls,
    made after a refusal alone. They may raise."""
    role = party_role(document.kind)
    if not connector.get_parties(role, [document.party_id]):
        what, code, field = role.value, "ACCOUNT_WRONG", "party_id"
    elif _unknown_account(connector, document):
        what, code, field = "account of a line", "NO_NOMINAL", "lines"
    else:
        what, code, field = "tax of a line", "NO_TAX", "lines"
    return Rejected(
        f"The {what} is not known in {connector.label}, or may not be used here.",
        status_code=code,
        field=field,
        where=where,
    )


def _unknown_account(connector: Connector, document: Document) -> bool:
    known = {account.id for account in connector.ledger_accounts()}
    return any(line.account_id not in known for line in document.lines)

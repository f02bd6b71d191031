"""How a NetSuite account keeps its books, and the tokens that open it."""

import secrets

from ..ledger import Ledger
from ..policies import Integers, Policies, RoundPer, Scope, TaxPolicy

ACCOUNT_ID = "1234567_SB1"
NUMBER_LENGTH = 45


def policies() -> Policies:
    """Numbers and names may be taken twice; tax is rounded on each line."""
    return Policies(
        ids=Integers(start=101, shared=True),
        names=Scope.NONE,
        numbers={},
        tax=TaxPolicy(per=RoundPer.LINE),
        number_length=NUMBER_LENGTH,
    )


def tokens_of(ledger: Ledger) -> dict[str, str]:
    """Made once; revoking leaves an empty set behind."""
    kept = ledger.recall("netsuite.tokens")
    if kept is None:
        names = ("consumer_key", "consumer_secret", "token_id", "token_secret")
        kept = {name: secrets.token_hex(32) for name in names}
        ledger.remember("netsuite.tokens", kept)
    return dict(kept)

"""NetSuite's SOAP faults by name. The element of the detail tells what it is; its code
may be one that the published list does not hold."""

from dataclasses import replace

from connectors.errors import (
    ConnectorError,
    InDoubt,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
)
from connectors.netsuite.errors import BUSY_SECONDS, LABEL, Refusal, named
from connectors.transport.answer import Answer
from connectors.transport.caller import server_error
from connectors.transport.soap import SoapFault
from connectors.transport.xml import child_text, local_name

_LOGIN = frozenset({"invalidCredentialsFault", "invalidSessionFault"})
_BUSY = frozenset({"exceededConcurrentRequestLimitFault", "exceededRequestLimitFault"})
_ACCOUNT = "invalidAccountFault"


def fault_error(fault: SoapFault, answer: Answer) -> ConnectorError:
    """An earlier attempt may have been carried out: then it stays in doubt."""
    if answer.doubted:
        return InDoubt(f"{LABEL} failed after an unanswered call.", where=answer.where)
    name = "" if fault.detail is None else local_name(fault.detail)
    code = "" if fault.detail is None else child_text(fault.detail, "code")
    where = replace(answer.where, vendor_code=code or name)
    if name in _LOGIN or name == _ACCOUNT:
        return Reauthorise(
            f"{LABEL} does not accept these tokens, or the clock of this server is "
            "wrong.",
            where=where,
        )
    if name in _BUSY:
        return Retry(f"{LABEL} is busy.", after=BUSY_SECONDS, where=where)
    if name == "invalidVersionFault":
        return Rejected(
            "The SOAP endpoint is retired. Connect NetSuite over REST.",
            status_code="UNSUPPORTED",
            where=where,
        )
    if name == "insufficientPermissionFault":
        refusal = Refusal("INSUFFICIENT_PERMISSION", fault.message)
        return named(refusal, where)
    if name == "unexpectedErrorFault" or not name:
        return server_error(LABEL, where, answer.effect)
    return Unreadable(f"{LABEL} refuses the call: {fault.message}", where=where)

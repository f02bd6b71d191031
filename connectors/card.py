"""What a platform can do, in words: for the README's table, the pages in docs/ and the
admin. Everything is read from the declarations, nothing is written twice."""

from collections.abc import Iterable
from dataclasses import dataclass

from connectors import registry
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.records import DocumentKind, PaymentDirection

KIND_WORDS = {
    DocumentKind.SALES_INVOICE: "Sales invoices",
    DocumentKind.CREDIT_NOTE: "Credit notes",
    DocumentKind.SUPPLIER_INVOICE: "Supplier invoices",
    DocumentKind.SALES_ORDER: "Sales orders",
}
TRIGGER_WORDS = {
    "create": "a document is created",
    "update": "a document is created or changed",
    "delete": "a document is voided",
    "sent": "a document is marked as sent",
    "payment": "a payment is recorded",
    "credit_note": "a credit note is raised",
    "finalised": "an invoice is approved",
    "job_completed": "a job is completed",
    "order_won": "an order is won",
    "scheduled": "the clock (by schedule)",
    "manual": "a person (by hand)",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """`flag` is the capability's name; `reason` says why, where staff would ask."""

    flag: str
    question: str
    answer: str
    reason: str = ""


# What staff would miss; the other facts only tell how it is done there.
ABILITIES = (
    *(kind.value for kind in DocumentKind),
    *(f"payments_{way.value}" for way in PaymentDirection),
    *("create_parties", "update", "void", "delete", "allocate_credit", "mark_sent"),
    *("multi_currency", "care_of", "zero_documents"),
    *("change_feed", "webhooks", "control_balances"),
)
_YES_NO = (
    ("create_parties", "Customers and suppliers are created from here"),
    ("makes_parties", "The platform makes the customer itself"),
    ("typed_account_id", "An account id may be typed in"),
    ("care_of", "A care-of account is billed"),
    ("keeps_our_number", "Our number is the document's number there"),
    ("unique_numbers", "A number that is taken is refused there"),
    ("drafts", "Documents can be drafts there"),
    ("finalise", "Finishing a document is a step of its own"),
    ("mark_sent", "Documents are marked as sent there"),
    ("update", "A change is sent after it"),
    ("void", "Void"),
    ("delete", "Delete"),
    ("allocate_credit", "Credit notes are set against invoices"),
    ("release_credit", "Credit notes are taken off invoices again"),
    ("move_payments", "What a payment settles is changed after it"),
    ("on_account", "Payments may stand on account"),
    ("refunds", "Credit notes are paid back"),
    ("change_feed", "Lists what changed"),
    ("webhooks", "Tells us of changes (webhooks)"),
    ("multi_currency", "Several currencies"),
    ("zero_documents", "Documents of zero"),
    ("control_balances", "Control account balances are read"),
)


def facts(capabilities: Capabilities) -> list[Fact]:
    """One fact a question, in a fixed order, the kinds of document first."""
    found = [_kind_fact(capabilities, kind) for kind in DocumentKind]
    found += [_payment_fact(capabilities, way) for way in PaymentDirection]
    found += [
        _fact(capabilities, flag, words, "yes" if getattr(capabilities, flag) else "no")
        for flag, words in _YES_NO
    ]
    trigger = capabilities.default_trigger.value
    return [
        *found,
        _fact(capabilities, "number_length", "Longest number", _length(capabilities)),
        _fact(
            capabilities,
            "batch_size",
            "Documents in one call",
            "by file" if capabilities.files else str(capabilities.batch_size),
        ),
        _fact(
            capabilities,
            "default_trigger",
            "Sends when",
            TRIGGER_WORDS.get(trigger, ""),
        ),
        _fact(
            capabilities,
            "quotas",
            "The vendor's quota",
            "; ".join(_quota(q.limit, q.seconds) for q in capabilities.quotas)
            or "none known",
        ),
    ]


def abilities(capabilities: Capabilities) -> list[Fact]:
    """What works, in the order of the facts."""
    return [f for f in facts(capabilities) if f.flag in ABILITIES and f.answer == "yes"]


def gaps(capabilities: Capabilities) -> list[Fact]:
    """What does not; each tells why."""
    return [f for f in facts(capabilities) if f.flag in ABILITIES and f.answer == "no"]


def table(classes: Iterable[type[Connector]]) -> str:
    """The README's platform table, in Markdown, one row a platform."""
    head = (
        "| Platform | Sales invoices | Credit notes | Supplier invoices | Payments "
        "| Update / void | Comes back by | Sends when |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    return "\n".join([head, *(_row(each) for each in classes)]) + "\n"


def card(connector: type[Connector]) -> str:
    """The table of facts for one platform's page, in Markdown."""
    rows = [
        f"| {fact.question} | {fact.answer} | {fact.reason} |"
        for fact in facts(connector.capabilities)
    ]
    return (
        "\n".join(["| Question | Answer | Why |", "| --- | --- | --- |", *rows]) + "\n"
    )


def registered() -> list[type[Connector]]:
    return [registry.connector_class(slug) for slug in registry.slugs()]


def _fact(capabilities: Capabilities, flag: str, words: str, answer: str) -> Fact:
    return Fact(flag, words, answer, capabilities.reasons.get(flag, ""))


def _kind_fact(capabilities: Capabilities, kind: DocumentKind) -> Fact:
    answer = "yes" if kind in capabilities.kinds else "no"
    return _fact(capabilities, kind.value, KIND_WORDS[kind], answer)


def _payment_fact(capabilities: Capabilities, way: PaymentDirection) -> Fact:
    answer = "yes" if way in capabilities.payments else "no"
    flag, words = f"payments_{way.value}", f"Payments {way.value} are sent"
    told = capabilities.reasons
    why = told.get(flag, "")
    if answer == "no":
        why = why or told.get("payments", "") or told.get("record_payments", "")
    return Fact(flag, words, answer, why)


def _length(capabilities: Capabilities) -> str:
    if capabilities.number_length is None:
        return "no limit known"
    return f"{capabilities.number_length} characters"


def _quota(limit: int, seconds: int) -> str:
    if seconds == 0:
        return f"{limit} at the same time"
    named = {1: "second", 60: "minute", 3600: "hour", 86_400: "day"}.get(seconds)
    return f"{limit} a {named}" if named else f"{limit} in {seconds} seconds"


def _row(connector: type[Connector]) -> str:
    can = connector.capabilities
    cells = (
        f"[{connector.label}](docs/platforms/{connector.platform}.md)",
        *(
            _tick(kind in can.kinds)
            for kind in DocumentKind
            if kind is not DocumentKind.SALES_ORDER
        ),
        ", ".join(sorted(way.value for way in can.payments)) or "-",
        " / ".join((_tick(can.update), _tick(can.void))),
        _way_back(can),
        TRIGGER_WORDS[can.default_trigger.value],
    )
    return f"| {' | '.join(cells)} |"


def _way_back(can: Capabilities) -> str:
    if can.files:
        return "report or by hand"
    return "change feed" if can.change_feed else "list of dates"


def _tick(is_so: bool) -> str:
    return "yes" if is_so else "-"

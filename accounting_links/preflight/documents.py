"""What the document itself must be."""

from collections.abc import Iterator

from accounting_links.models import SentPolicy, ZeroPolicy
from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.status_codes import StatusCode
from connectors.records import DocumentKind as RemoteKind
from invoicing.models import Document, DocumentKind, Lifecycle


class KindIsTaken(Check):
    """The platform has documents of that kind at all."""

    codes = (StatusCode.UNSUPPORTED,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        taken = batch.capabilities.kinds
        for document in batch.documents:
            if RemoteKind(document.kind) not in taken:
                yield document.pk, self._finding(document, batch)

    def _finding(self, document: Document, batch: Batch) -> Finding:
        kind = document.get_kind_display().lower()
        return Finding(
            code=StatusCode.UNSUPPORTED,
            sentence=f"{batch.label} does not take a {kind}.",
            hint=batch.capabilities.reasons.get(document.kind, ""),
            fixes=(Fix.TAKE_OFF,),
        )


class NotVoid(Check):
    codes = (StatusCode.VOID,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        for document in batch.documents:
            if document.lifecycle in (Lifecycle.VOID, Lifecycle.LOST):
                state = document.get_lifecycle_display().lower()
                yield (
                    document.pk,
                    Finding(
                        code=StatusCode.VOID,
                        sentence=f"The document is {state}: there is nothing to send.",
                        fixes=(Fix.TAKE_OFF,),
                    ),
                )


class MarkedAsSent(Check):
    """Sales invoices alone; printing one does not count as sending it."""

    codes = (StatusCode.NOT_SENT,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        if batch.connection.sent_policy == SentPolicy.MARKS_SENT:
            return
        for document in batch.documents:
            is_invoice = document.kind == DocumentKind.SALES_INVOICE
            if is_invoice and document.sent_at is None:
                yield document.pk, self._finding(document)

    def _finding(self, document: Document) -> Finding:
        is_draft = document.lifecycle == Lifecycle.DRAFT
        return Finding(
            code=StatusCode.NOT_SENT,
            sentence=StatusCode.NOT_SENT.label,
            hint="E-mailing it marks it as sent. When it was posted or handed over,"
            " mark it as sent and say how.",
            fixes=(Fix.APPROVE, Fix.MARK_SENT) if is_draft else (Fix.MARK_SENT,),
        )


class Approved(Check):
    codes = (StatusCode.NOT_APPROVED,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        for document in batch.documents:
            is_order = document.kind == DocumentKind.SALES_ORDER
            if document.lifecycle == Lifecycle.DRAFT and not is_order:
                yield (
                    document.pk,
                    Finding(
                        code=StatusCode.NOT_APPROVED,
                        sentence=StatusCode.NOT_APPROVED.label,
                        hint="Approve it: that gives it its number.",
                        fixes=(Fix.APPROVE,),
                    ),
                )


class HasLines(Check):
    codes = (StatusCode.EMPTY,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        for document in batch.documents:
            if not document.lines.all():
                yield (
                    document.pk,
                    Finding(
                        code=StatusCode.EMPTY,
                        sentence=StatusCode.EMPTY.label,
                        hint="Add at least one line.",
                        fixes=(Fix.EDIT_DOCUMENT,),
                    ),
                )


class OrderIsWon(Check):
    """And has a product: an order of words alone is nothing to deliver."""

    codes = (StatusCode.NOT_WON,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        for document in batch.documents:
            if document.kind == DocumentKind.SALES_ORDER:
                yield from self._of_order(document)

    def _of_order(self, order: Document) -> Iterator[tuple[int, Finding]]:
        if order.lifecycle == Lifecycle.DRAFT:
            yield (
                order.pk,
                Finding(
                    code=StatusCode.NOT_WON,
                    sentence="The order is not won yet.",
                    fixes=(Fix.WIN_ORDER,),
                ),
            )
        if not any(line.product_code for line in order.lines.all()):
            yield (
                order.pk,
                Finding(
                    code=StatusCode.NOT_WON,
                    sentence="The order has no line with a product.",
                    hint="Choose the product of at least one line.",
                    fixes=(Fix.EDIT_DOCUMENT,),
                ),
            )


class ZeroValue(Check):
    """By the connection's policy, as far as the platform takes such documents."""

    codes = (StatusCode.ZERO_VALUE,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        may_go = batch.connection.zero_policy == ZeroPolicy.SEND
        is_taken = batch.capabilities.zero_documents
        if may_go and is_taken:
            return
        for document in batch.documents:
            if document.gross == 0 and document.lines.all():
                yield document.pk, self._finding(batch, is_taken=is_taken)

    def _finding(self, batch: Batch, *, is_taken: bool) -> Finding:
        if not is_taken:
            return Finding(
                code=StatusCode.ZERO_VALUE,
                sentence=f"{batch.label} takes no document that comes to nothing.",
                hint=batch.capabilities.reasons.get("zero_documents", ""),
                fixes=(Fix.EDIT_DOCUMENT, Fix.TAKE_OFF),
            )
        return Finding(
            code=StatusCode.ZERO_VALUE,
            sentence=StatusCode.ZERO_VALUE.label,
            hint="Correct its prices, take it off the list, or let the connection send"
            " documents of zero value.",
            fixes=(Fix.EDIT_DOCUMENT, Fix.CHANGE_POLICY, Fix.TAKE_OFF),
        )

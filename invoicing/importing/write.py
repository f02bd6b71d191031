"""Writes one planned chunk, inside the caller's transaction. New documents are saved
in bulk; changed ones go through the services one by one."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils import timezone

from invoicing.errors import Refused
from invoicing.importing import resolve
from invoicing.importing.plan import (
    Options,
    Plan,
    Planned,
    Verdict,
    how_sent,
)
from invoicing.importing.records import (
    Finding,
    ParsedContact,
    ParsedDocument,
    ParsedLine,
)
from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    DocumentLine,
    Event,
    Lifecycle,
)
from invoicing.services import documents, drafts, events, lifecycle, sending, settling
from invoicing.services.drafts import DocumentDraft, LineDraft
from invoicing.services.who import Who
from invoicing.verbs import Verb

BATCH = 500


@dataclass(slots=True)
class Writer:
    source: str
    options: Options
    who: Who

    def write(self, plan: Plan) -> None:
        """Verdicts and findings are corrected where a service refuses."""
        _save_stand_ins(plan)
        self._make_contacts(plan)
        self._create([*plan.of(Verdict.NEW)], plan)
        for planned in [*plan.of(Verdict.CHANGED)]:
            self._update(planned, plan)

    def _make_contacts(self, plan: Plan) -> None:
        known = plan.directory.contacts
        wanted: dict[str, Contact] = {}
        codes: set[str] = set()
        for planned in plan.planned:
            if planned.verdict not in (Verdict.NEW, Verdict.CHANGED):
                continue
            document = planned.document
            for party in resolve.parties(document) if document else ():
                contact = known.get(party.key) or wanted.get(party.key)
                if contact is None:
                    contact = wanted[party.key] = self._contact(party, codes)
                    codes.add(contact.code)
                self._add_role(contact, document)
        made = Contact.objects.bulk_create(wanted.values(), batch_size=BATCH)
        _write_events([self._contact_event(contact) for contact in made])
        known.update(wanted)

    def _contact(self, party: ParsedContact, codes: set[str]) -> Contact:
        return Contact(
            code=party.code or resolve.fresh_code(party.name, codes),
            name=party.name,
            country=party.country,
            is_customer=False,
            source=self.source,
            source_reference=party.key[:100],
        )

    def _contact_event(self, contact: Contact) -> Event:
        sentence = f"{contact} was created by an import"
        return events.build(Verb.CONTACT_CREATED, contact, sentence, **self.who)

    def _add_role(self, contact: Contact, document: ParsedDocument | None) -> None:
        is_bill = document and document.kind == DocumentKind.SUPPLIER_INVOICE
        role = "is_supplier" if is_bill else "is_customer"
        if getattr(contact, role):
            return
        setattr(contact, role, True)
        if contact.pk:
            contact.save(update_fields=(role,))
            events.record(
                Verb.CONTACT_CHANGED,
                contact,
                f"{contact} became a {role.removeprefix('is_')} too",
                after={role: True},
                **self.who,
            )

    def _create(self, planned: list[Planned], plan: Plan) -> None:
        made: list[Document] = []
        lines: list[DocumentLine] = []
        for each in planned:
            document, its_lines = self._unsaved(each, plan)
            made.append(document)
            lines += its_lines
        Document.objects.bulk_create(made, batch_size=BATCH)
        DocumentLine.objects.bulk_create(lines, batch_size=BATCH)
        history: list[Event] = []
        for document, each in zip(made, planned, strict=True):
            history += self._history(document, each)
        _write_events(history)

    def _unsaved(
        self, planned: Planned, plan: Plan
    ) -> tuple[Document, list[DocumentLine]]:
        parsed = planned.document
        assert parsed  # noqa: S101  # what is new is whole
        draft = _draft(parsed, plan)
        draft = replace(draft, source=self.source, source_reference=parsed.identity)
        document, lines = drafts.unsaved(draft)
        document.lifecycle = parsed.lifecycle
        document.source_digest = planned.digest
        document.settlement = settling.settlement_of(document)
        if how := how_sent(parsed, self.options):
            document.sent_how, document.sent_at = how, timezone.now()
        return document, lines

    def _history(self, document: Document, planned: Planned) -> list[Event]:
        said = [
            (
                Verb.DOCUMENT_CREATED,
                f"{document} was imported (row {planned.offered.row})",
            )
        ]
        if verb := _VERBS.get(document.lifecycle):
            said.append((verb, f"{document} came in {document.lifecycle}"))
        if document.sent_how:
            how = document.get_sent_how_display().lower()
            said.append((Verb.DOCUMENT_SENT, f"{document} came in as sent: {how}"))
        after = {"gross": str(document.gross), "currency": document.currency}
        return [
            events.build(verb, document, sentence, after=after, **self.who)
            for verb, sentence in said
        ]

    def _update(self, planned: Planned, plan: Plan) -> None:
        parsed, ours = planned.document, planned.ours
        assert parsed and ours  # noqa: S101  # what is changed has both
        try:
            changed = self._bring_up_to_date(ours, parsed, planned, plan)
        except Refused as refusal:
            planned.verdict = Verdict.REFUSED
            column = refusal.field or "document"
            planned.findings.append(
                Finding(parsed.row, parsed.number, column, refusal.message)
            )
            return
        if not changed:
            planned.verdict = Verdict.UNCHANGED

    def _bring_up_to_date(
        self, ours: Document, parsed: ParsedDocument, planned: Planned, plan: Plan
    ) -> bool:
        changed = False
        if ours.source_digest != planned.digest:
            changed = self._change(ours, parsed, plan)
            changed = self._move(ours, parsed.lifecycle) or changed
            ours.source_digest = planned.digest
            ours.save(update_fields=("source_digest",))
        how = how_sent(parsed, self.options)
        if how and ours.sent_at is None:
            changed = sending.mark_sent(ours, how, **self.who) or changed
        return changed

    def _change(self, ours: Document, parsed: ParsedDocument, plan: Plan) -> bool:
        draft = _draft(parsed, plan)
        fields = {name: getattr(draft, name) for name in documents.CHANGEABLE}
        fields["due_date"] = draft.due_date
        fields["job"] = ours.job
        return documents.change(ours, fields, lines=draft.lines, **self.who)

    def _move(self, ours: Document, to: str) -> bool:
        if ours.lifecycle == to:
            return False
        move = _MOVES.get((ours.lifecycle, to))
        if move is None:
            state = ours.get_lifecycle_display().lower()
            raise Refused(
                f"{ours} is {state} here and cannot become {to} by an import.",
                field="status",
            )
        move(ours, **self.who)
        return True


_VERBS = {
    Lifecycle.APPROVED.value: Verb.DOCUMENT_APPROVED,
    Lifecycle.WON.value: Verb.ORDER_WON,
    Lifecycle.LOST.value: Verb.ORDER_LOST,
}
_MOVES: dict[tuple[str, str], Any] = {
    ("draft", "approved"): lifecycle.approve,
    ("draft", "won"): lifecycle.win,
    ("draft", "lost"): lifecycle.lose,
}


def _save_stand_ins(plan: Plan) -> None:
    for found in (plan.directory.nominals, plan.directory.tax_rates):
        stand_in = found.get("")
        if stand_in is not None and stand_in._state.adding:
            stand_in.save()


def _write_events(history: list[Event]) -> None:
    Event.objects.bulk_create(history, batch_size=BATCH)


def _draft(parsed: ParsedDocument, plan: Plan) -> DocumentDraft:
    contacts = plan.directory.contacts
    assert parsed.contact  # noqa: S101  # refused otherwise
    order = f"{DocumentKind.SALES_ORDER}:{parsed.order_number}"
    credited = f"{DocumentKind.SALES_INVOICE}:{parsed.credits_number}"
    return DocumentDraft(
        kind=parsed.kind,
        number=parsed.number,
        contact=contacts[parsed.contact.key],
        care_of=contacts[parsed.care_of.key] if parsed.care_of else None,
        date=parsed.date,
        due_date=parsed.due_date,
        currency=parsed.currency or settings.FINSYNC_HOME_CURRENCY,
        rate=parsed.rate,
        prices_include_tax=parsed.prices_include_tax,
        discount_percent=parsed.discount_percent,
        tax_override=parsed.tax_override,
        source_net=parsed.source_net,
        source_tax=parsed.source_tax,
        source_gross=parsed.source_gross,
        order=plan.referred.get(order),
        credits=plan.referred.get(credited),
        note=parsed.note,
        lines=[_line_draft(line, plan) for line in parsed.lines],
    )


def _line_draft(line: ParsedLine, plan: Plan) -> LineDraft:
    found = plan.directory
    return LineDraft(
        text=line.text,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        nominal=found.nominals.get(line.nominal),
        tax_rate=found.tax_rates.get(line.tax_rate),
        product=found.products.get(line.product),
        product_code=line.product,
    )

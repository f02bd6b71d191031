from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.dynamics_365.connector import Dynamics365
from connectors.errors import (
    InDoubt,
    Locked,
    Rejected,
    Unsupported,
)
from connectors.records import (
    DocumentKind,
    PartyRole,
    RemoteStatus,
)
from tests.connectors.contract_parts.bench import DAY, Bench
from tests.connectors.spec_check.recorder import Sent, recording

D = Decimal
SLUG = "dynamics_365"
POST = "Microsoft.NAV.post"


def actions(sent: list[Sent]) -> int:
    return len([s for s in sent if "/oauth2/" not in s.url])


def test_ten_documents_take_three_calls(at: Bench) -> None:
    documents = [at.document(f"TEN-{n}") for n in range(10)]
    with recording() as sent:
        results = at.connector.push(documents)
    assert actions(sent) == 3
    numbers = {r.remote.number for r in results if r.remote}
    assert len(numbers) == 10 and all(n.startswith("PS-INV") for n in numbers)


def test_a_batch_refused_as_a_whole_hides_no_other(at: Bench) -> None:
    documents = [at.document(f"WHOLE-{n}") for n in range(12)]
    at.fault("status", status=400, body="WHOLE-11")
    results = at.connector.push(documents)
    assert all(result.remote for result in results[:10])
    assert all(isinstance(result.error, Rejected) for result in results[10:])


def test_a_draft_that_was_left_is_found_and_posted(at: Bench) -> None:
    document = at.document("LEFT-1")
    at.fault("cut_before", body=POST)
    [result] = at.connector.push([document])
    assert isinstance(result.error, InDoubt)
    at.clear_faults()
    [draft] = at.connector.find_sent([document])
    assert draft and draft.status is RemoteStatus.DRAFT
    posted = at.connector.finalise(document.kind, draft)
    assert (posted.id, posted.status) == (draft.id, RemoteStatus.OPEN)
    assert posted.number != draft.number


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}])
def test_a_draft_waits_where_posting_must_wait(
    at: Bench, fault: dict[str, int]
) -> None:
    at.fault("status", body=POST, **fault)
    [result] = at.connector.push([at.document("WAIT-9")])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT


def test_posted_without_being_read_back_is_in_doubt(at: Bench) -> None:
    document = at.document("BLIND-1")
    at.fault("status", status=500, body="select=id,number", count=9)
    [result] = at.connector.push([document])
    assert isinstance(result.error, InDoubt)
    at.clear_faults()
    [found] = at.connector.find_sent([document])
    assert found and found.status is RemoteStatus.OPEN


def test_a_refused_posting_leaves_the_draft(at: Bench) -> None:
    less = at.line("-30.00", position=2, quantity=D(-1), unit_price=D("30.00"))
    [result] = at.connector.push([at.document("MINUS-1", at.line("20.00"), less)])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT
    with pytest.raises(Rejected, match="must be 0 or greater"):
        at.connector.finalise(result.remote.kind, result.remote)


def test_a_closed_day_leaves_nothing_behind(at: Bench) -> None:
    closed = date(2026, 10, 31)
    at.server.face.ledger.change_company(closed_until=closed)
    [result] = at.connector.push([at.document("SHUT-1", date=closed)])
    assert isinstance(result.error, Locked)
    assert not at.books("SHUT-1")
    assert at.connector.organisation().locked_before == date(2026, 11, 1)


def test_a_draft_that_could_not_be_taken_away_is_in_doubt(at: Bench) -> None:
    closed = date(2026, 10, 31)
    at.server.face.ledger.change_company(closed_until=closed)
    at.fault("status", status=500, method="DELETE")
    [result] = at.connector.push([at.document("SHUT-2", date=closed)])
    assert isinstance(result.error, InDoubt)


def test_numbers_are_known_in_capitals_too(at: Bench) -> None:
    document, remote = at.pushed("inv-7b")
    assert remote.id and at.books("INV-7B")
    [found] = at.connector.find_documents(document.kind, ["inv-7b"])
    assert found.reference == "inv-7b"
    assert at.connector.find_sent([document])[0] == replace(found, reference="inv-7b")
    [by_theirs] = at.connector.find_documents(document.kind, [found.number])
    assert by_theirs.id == found.id


def test_questions_fit_the_fields_that_they_ask_for(at: Bench) -> None:
    long = "N" * 36
    assert not at.connector.find_documents(DocumentKind.SALES_INVOICE, [long])
    assert not at.connector.get_parties(PartyRole.CUSTOMER, [long])
    name = "A customer of a long name " * 5
    made = at.connector.create_party(at.party(name))
    assert at.connector.find_parties(PartyRole.CUSTOMER, [name]) == [
        replace(made, key="")
    ]


def test_what_was_cancelled_is_not_taken_for_what_was_sent(at: Bench) -> None:
    document, remote = at.pushed("ANEW-1")
    at.connector.void(replace(document, id=remote.id))
    assert at.connector.find_sent([document]) == [None]


def test_a_rounding_of_theirs_does_not_hide_a_document(at: Bench) -> None:
    document, remote = at.pushed("CENTS-1")
    near = replace(document, gross=document.gross + D("0.01"))
    assert at.connector.find_sent([near])[0]
    far = replace(document, gross=document.gross + D("0.02"))
    assert at.connector.find_sent([far]) == [None]
    assert remote


def test_a_credit_note_can_be_cancelled_too(at: Bench) -> None:
    document, remote = at.pushed("CN-2", kind=DocumentKind.CREDIT_NOTE)
    found = at.connector.void(replace(document, id=remote.id))
    assert (found.id, found.status) == (remote.id, RemoteStatus.VOID)
    kind = DocumentKind.SALES_INVOICE
    assert "CN-2" not in {
        d.reference for d in at.connector.list_documents(kind, DAY, DAY)
    }


@pytest.mark.parametrize("lost", [False, True])
def test_prices_that_would_be_misread_are_not_posted(at: Bench, lost: bool) -> None:
    parties = at.server.face.ledger.parties
    parties.update(at.sample["customer"], extra={"gross_prices": True})
    if lost:
        at.fault("status", status=500, method="DELETE")
    [result] = at.connector.push([at.document("GROSS-1")])
    if lost:
        assert isinstance(result.error, InDoubt)
        return
    assert isinstance(result.error, Rejected) and "include VAT" in str(result.error)
    assert result.error.field == "party_id" and not at.books("GROSS-1")


def test_bills_cannot_be_cancelled_by_the_api(at: Bench) -> None:
    document, remote = at.pushed("BILL-1", kind=DocumentKind.SUPPLIER_INVOICE)
    with pytest.raises(Unsupported):
        at.connector.void(replace(document, id=remote.id))


def test_a_bill_of_the_same_number_is_refused_and_stays_a_draft(at: Bench) -> None:
    at.pushed("BILL-2", kind=DocumentKind.SUPPLIER_INVOICE)
    again = at.document("BILL-2", kind=DocumentKind.SUPPLIER_INVOICE)
    [result] = at.connector.push([again])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT


def test_a_credit_note_settles_its_invoice_where_set_so(at: Bench) -> None:
    made = at.open()
    assert isinstance(made, Dynamics365)
    made.style = replace(made.style, apply_credits=True)
    _, invoice = at.pushed("OWED-1")
    kind = DocumentKind.CREDIT_NOTE
    note = at.document("CN-1", kind=kind, credited_id=invoice.id)
    [result] = made.push([note])
    made.close()
    assert result.remote and result.remote.status is RemoteStatus.PAID
    paid = at.connector.get_document(invoice.kind, invoice.id)
    assert paid.status is RemoteStatus.PAID

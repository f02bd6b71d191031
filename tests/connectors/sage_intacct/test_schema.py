from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree

from connectors.errors import Reauthorise
from connectors.records import Address, Allocation, DocumentKind, PartyRole
from connectors.sage_intacct.connector import SageIntacct
from tests.connectors.contract_parts.bench import DAY, Bench, D, bench
from tests.connectors.sage_intacct import answers, traffic
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "sage_intacct"


@pytest.fixture
def schema() -> etree.XMLSchema:
    return traffic.load(needed_specs_of(SLUG))


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each function of the connector once, with every element that it knows."""
    assert isinstance(at.connector, SageIntacct)
    address = Address(street="1 Quay", city="Bristol", postcode="BS1", country="UK")
    party = at.party("Schema Ltd", email="a@b.example", phone="1", address=address)
    at.connector.create_parties([party, replace(party, role=PartyRole.SUPPLIER)])
    at.connector.style = replace(
        at.connector.style,
        location="UK",
        department="D1",
        tax_solution="United Kingdom - VAT",
    )
    kinds = sorted(at.kind.capabilities.kinds)
    documents = [
        at.document(f"S-{k}", kind=k, note="N", job_code="J1", credited_number="X")
        for k in kinds
    ]
    remotes = {
        r.remote.kind: r.remote for r in at.connector.push(documents) if r.remote
    }
    pay(at, remotes[DocumentKind.SALES_INVOICE].id)
    bill = remotes[DocumentKind.SUPPLIER_INVOICE]
    for document, remote in ((documents[-1], bill), at.pushed("S-VOID", job_code="J")):
        at.connector.void(replace(document, id=remote.id))
    at.connector.changed_since(at.connector.changed_since("").cursor)
    list(at.connector.list_documents(DocumentKind.SALES_INVOICE, DAY, DAY))


def pay(at: Bench, invoice_id: str) -> None:
    _, remote = at.pushed("S-PAY", currency="EUR", rate=D("0.85"))
    part = Allocation(document_id=invoice_id, kind=remote.kind, amount=D(5))
    payment = at.payment(remote, amount=D(7), allocations=(part,))
    [paid] = at.connector.record_payments([payment])
    assert paid.remote, paid.error
    at.connector.void_payment(paid.remote)


def test_every_request_is_known_to_the_schema(
    at: Bench, schema: etree.XMLSchema
) -> None:
    with recording() as sent:
        everything(at)
    assert traffic.findings(schema, sent) == []
    assert traffic.functions_sent(sent) >= {
        "create_invoice",
        "create_aradjustment",
        "create_bill",
        "create",
        "reverse_invoice",
        "reverse_bill",
        "reverse_arpayment",
        "read",
        "query",
    }


def test_the_check_sees_a_wrong_order(at: Bench, schema: etree.XMLSchema) -> None:
    with recording() as sent:
        at.pushed("ORDER-1")
    body = next(each.body for each in sent if b"create_invoice" in each.body)
    action = b"<action>Submit</action>"
    swapped = body.replace(action, b"").replace(
        b"</invoiceno>", b"</invoiceno>" + action
    )
    assert swapped != body
    assert any("action" in found for found in traffic.of_request(schema, swapped))


@pytest.fixture
def response() -> etree.DTD:
    return answers.load(needed_specs_of(SLUG))


def refusals(at: Bench) -> None:
    """One on each of the gateway's three levels."""
    at.connector.push([at.document("S-BAD", party_id="nobody")])
    for secret in ("password", "sender_password"):
        with pytest.raises(Reauthorise):
            at.connect({**at.credentials, secret: "wrong"})
    at.server.face.expire_tokens()
    at.connector.organisation()


def masters(at: Bench) -> None:
    connector = at.connector
    assert list(connector.ledger_accounts()) and list(connector.bank_accounts())
    assert list(connector.tax_codes())
    list(connector.list_payments(None, None))


def test_every_answer_is_known_to_the_response_schema(
    at: Bench, response: etree.DTD
) -> None:
    with recording() as sent:
        everything(at)
        masters(at)
        refusals(at)
    assert answers.findings(response, sent) == []
    assert traffic.functions_sent(sent) >= answers.EXPLAINED.keys() - {"data@"}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (b"<status>success</status><function>", b"<function>", "expecting"),
        (b"<errorno>", b"<number>1</number><errorno>", "number"),
        (b"<TITLE>", b"<NAME/><TITLE>", "asked for"),
        (b'count="1"', b'count="2"', "counts"),
        (b"<companyid>", b"<companyid>x", "another one's"),
    ],
)
def test_the_check_sees_a_wrong_answer(
    at: Bench, response: etree.DTD, right: bytes, wrong: bytes, said: str
) -> None:
    with recording() as sent:
        at.pushed("WRONG-1")
        masters(at)
        refusals(at)
    spoilt = [replace(each, answer=each.answer.replace(right, wrong)) for each in sent]
    assert any(said in found for found in answers.findings(response, spoilt))


def test_a_faults_own_answer_is_not_the_gateways(response: etree.DTD) -> None:
    html = Sent(method="POST", url="", body=b"<request/>", status=200, answer=b"<html>")
    assert answers.findings(response, [html]) == []

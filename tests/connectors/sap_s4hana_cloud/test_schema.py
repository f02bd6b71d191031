from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.records import Address, PartyRole
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.sap_s4hana_cloud import edmx
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "sap_s4hana_cloud"
CUBE = "https://x/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/"


@pytest.fixture
def folder() -> Path:
    return needed_specs_of(SLUG)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each call of the connector once, with every field that it knows."""
    address = Address(
        street="1 Quay", city="Bristol", region="BST", postcode="BS1", country="GB"
    )
    for role in PartyRole:
        party = at.party(
            f"Schema {role.value} of a name that is longer than one field",
            role=role,
            email="a@b.example",
            phone="1",
            tax_number="GB1",
            code="C1",
            address=address,
        )
        made = at.connector.create_party(party)
        assert at.connector.get_parties(role, [made.id])
        assert at.connector.find_parties(role, [party.name])
    cursor = at.connector.changed_since("").cursor
    for kind in sorted(at.kind.capabilities.kinds):
        text = "A text that is longer than the fifty characters of a line"
        line = at.line(text=text)
        document, remote = at.pushed(f"S-{kind.value[:12]}", line, kind=kind)
        at.connector.find_sent([document])
        at.connector.find_documents(kind, [document.number])
        list(at.connector.list_documents(kind, DAY, DAY))
        at.connector.void(replace(document, id=remote.id))
    assert at.connector.changed_since(cursor).payments
    list(at.connector.ledger_accounts())


def test_all_traffic_keeps_to_the_documents(at: Bench, folder: Path) -> None:
    with recording() as sent:
        everything(at)
    assert edmx.findings(folder, sent) == []
    paths = " ".join(s.url for s in sent)
    for name in ("A_SupplierInvoice", "Cancel", "A_BusinessPartner", "A_Supplier"):
        assert name in paths


def test_the_wsdl_names_the_lengths_that_we_keep(folder: Path) -> None:
    limits = edmx.lengths(folder)
    assert limits["DocumentReferenceID"] == 16
    assert limits["DocumentItemText"] == 50


def sent(url: str, method: str = "GET", body: bytes = b"", answer: bytes = b"") -> Sent:
    return Sent(method=method, url=url, body=body, status=200, answer=answer)


@pytest.mark.parametrize(
    ("one", "finding"),
    [
        (
            sent(f"{CUBE}A_OperationalAcctgDocItemCube?$select=Nonsense"),
            "$select Nonsense: unknown to A_OperationalAcctgDocItemCubeType",
        ),
        (
            sent(f"{CUBE}A_OperationalAcctgDocItemCube?$filter=Odd eq 'Customer'"),
            "$filter Odd: unknown to A_OperationalAcctgDocItemCubeType",
        ),
        (sent(f"{CUBE}A_Odd"), "A_Odd: unknown entity set"),
        (
            sent(f"{CUBE}A_OperationalAcctgDocItemCube", "POST", b"{}"),
            "A_OperationalAcctgDocItemCube: not creatable",
        ),
        (
            sent(
                f"{CUBE}A_OperationalAcctgDocItemCube",
                answer=b'{"d":{"results":[{"CompanyCode":"10100"}]}}',
            ),
            "answered A_OperationalAcctgDocItemCubeType.CompanyCode: longer than 4",
        ),
        (
            sent(
                f"{CUBE}A_OperationalAcctgDocItemCube",
                answer=b'{"d":{"results":[{"DocumentDate":"2026-11-20"}]}}',
            ),
            "answered A_OperationalAcctgDocItemCubeType.DocumentDate: "
            "'2026-11-20' is no DateTime",
        ),
        (
            sent("https://x/sap/bc/srt/x", "POST", b"<a><TaxCode>A1</TaxCode></a>"),
            None,
        ),
        (
            sent(
                "https://x/sap/bc/srt/x",
                "POST",
                b"<a><DocumentReferenceID>INV-2041-and-more</DocumentReferenceID></a>",
            ),
            "DocumentReferenceID: longer than 16",
        ),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, one: Sent, finding: str | None
) -> None:
    assert edmx.findings(folder, [one]) == ([finding] if finding else [])

from decimal import Decimal

import pytest

from connectors.errors import Unreadable
from connectors.records import AccountType, LedgerAccount, Party, TaxCode
from tests.connectors.accountedge.bench import connector, records, sale, write
from tests.connectors.examples import wire


def read(name: str, sample: str, **values: str) -> tuple[object, ...]:
    content = wire("accountedge", sample)
    return connector(**values).read_list(name, content).records


def test_cards_are_customers_by_name() -> None:
    found = read("customers", "customers_export.tsv")
    assert [each.id for each in found if isinstance(each, Party)] == [
        *("Acme Ltd", "Lee | Ann", "Old Customer"),
    ]
    acme = found[0]
    assert isinstance(acme, Party)
    assert (acme.code, acme.address.city, acme.email) == (
        *("CRM-42", "Canton", "ann@acme.example"),
    )


def test_a_person_is_matched_by_first_and_last_name() -> None:
    person = read("customers", "customers_export.tsv")[1]
    assert isinstance(person, Party) and person.name == "Ann Lee"
    (file,) = write(sale("1", party_name="Ann Lee", party_id=person.id))
    (row,) = records(file)
    assert (row["Co./Last Name"], row["First Name"]) == ("Lee", "Ann")


def test_cards_without_an_id_are_left_where_ids_count() -> None:
    found = read("customers", "customers_export.tsv", identify_by="card_id")
    assert [each.id for each in found if isinstance(each, Party)] == ["CRM-42", "OLD"]


def test_an_inactive_card_is_inactive() -> None:
    *_, last = read("customers", "customers_export.tsv")
    assert isinstance(last, Party) and not last.active


def test_accounts_are_known_by_number_and_type() -> None:
    found = read("accounts", "accounts_export.tsv")
    accounts = [each for each in found if isinstance(each, LedgerAccount)]
    assert [(each.id, each.type, each.active) for each in accounts] == [
        ("1-1110", AccountType.BANK, True),
        ("4-1100", AccountType.INCOME, True),
        ("6-1000", AccountType.EXPENSE, False),
    ]


def test_tax_codes_have_rates() -> None:
    found = read("tax_codes", "tax_codes_export.tsv")
    rates = {each.id: each.rate for each in found if isinstance(each, TaxCode)}
    assert rates == {"TAX": Decimal(8), "N-T": Decimal(0)}


def test_a_list_of_another_kind_is_told() -> None:
    with pytest.raises(Unreadable, match="lacks the columns"):
        read("accounts", "tax_codes_export.tsv")


def test_a_layout_is_learned_from_an_export() -> None:
    content = wire("accountedge", "sales_export.tsv")
    learned = connector().read_list("layout_service_sales", content).values
    assert learned["layout_service_sales"].split("\t")[4] == "Invoice #"
    assert learned["file_style"] == "tab"


def test_a_layout_without_what_is_needed_is_not_kept() -> None:
    content = b"Co./Last Name,Invoice #,Sale Status\r\nAcme,1,I\r\n"
    with pytest.raises(Unreadable, match="Journal Memo"):
        connector().read_list("layout_service_sales", content)


def test_a_layout_of_another_kind_is_not_kept() -> None:
    content = wire("accountedge", "customers_export.tsv")
    with pytest.raises(Unreadable):
        connector().read_list("layout_service_sales", content)
    assert connector().read_list("layout_vendors", content).values

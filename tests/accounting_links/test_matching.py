import time
import unicodedata

import pytest
from django.utils import timezone

from accounting_links import matching
from accounting_links.models import Connection, RecordType, RemoteRecord, Role
from accounting_links.names import bare_name, exact_name, name_key
from invoicing.models import Contact
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import Ledgerly, customer, supplier

SAME = [
    ("Acme Ltd", "Acme Ltd", True),
    ("Acme Ltd", " Acme Ltd\t", True),
    (unicodedata.normalize("NFD", "Café Zoë"), "Café Zoë", True),
    ("Acme Ltd", "ACME Ltd", False),
    ("Acme Ltd", "Acme  Ltd", False),
    ("Acme Ltd", "Acme Ltd.", False),
    ("Strasse GmbH", "Straße GmbH", False),
]


@pytest.mark.parametrize(("one", "other", "are_same"), SAME)
def test_exact_means_exact(one: str, other: str, are_same: bool) -> None:
    assert (exact_name(one) == exact_name(other)) is are_same


@pytest.mark.parametrize(("one", "other", "are_same"), SAME)
def test_exactly_equal_names_have_equal_keys(
    one: str, other: str, are_same: bool
) -> None:
    assert name_key(one) == name_key(other) or not are_same


BARE = [
    ("Acme Salon 77 Ltd", "acme salon 77"),
    ("ACME salon 77 Limited", "acme salon 77"),
    ("Acme Salon 77 Ltd.", "acme salon 77"),
    ("The Acme Co., Ltd", "acme"),
    ("Smith & Sons", "smith and sons"),
    ("Smith and Sons Limited", "smith and sons"),
    ("O'Neill Plumbing", "oneill plumbing"),
    ("Café Zoë S.A.R.L.", "cafe zoe"),
    ("Novák s. r. o.", "novak"),
    ("Müller GmbH", "muller"),
    ("Limited", "limited"),
    ("Coop Bank plc", "coop bank"),
    ("   ", ""),
]


@pytest.mark.parametrize(("name", "bare"), BARE)
def test_legal_forms_do_not_tell_names_apart(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@pytest.fixture
def connection(db: None) -> Connection:
    return links.connection()


def account(connection: Connection, name: str, **fields: object) -> RemoteRecord:
    return links.remote_record(connection, name, **fields)


def acme(**fields: str) -> Contact:
    blank = {"email": "", "phone": "", "postcode": "", "tax_number": ""}
    return factories.customer(**{"name": "Acme Salon 77 Ltd", **blank, **fields})


def test_the_one_of_exactly_that_name_is_exact(connection: Connection) -> None:
    same = account(connection, "Acme Salon 77 Ltd")
    account(connection, "ACME salon 77 Ltd")
    suggestion = matching.suggest(connection, acme(), Role.CUSTOMER)
    assert suggestion.exact == same
    assert [near.record.name for near in suggestion.near] == ["ACME salon 77 Ltd"]


def test_two_of_exactly_that_name_are_only_near(connection: Connection) -> None:
    account(connection, "Acme Salon 77 Ltd")
    account(connection, "Acme Salon 77 Ltd ")
    suggestion = matching.suggest(connection, acme(), Role.CUSTOMER)
    assert suggestion.exact is None
    assert len(suggestion.near) == 2


@pytest.mark.parametrize(
    "fields", [{"active": False}, {"type": RecordType.SUPPLIER}], ids=str
)
def test_inactive_ones_and_other_roles_do_not_count(
    connection: Connection, fields: dict[str, object]
) -> None:
    account(connection, "Acme Salon 77 Ltd", **fields)
    suggestion = matching.suggest(connection, acme(), Role.CUSTOMER)
    assert (suggestion.exact, suggestion.near) == (None, ())


def test_other_connections_do_not_count(connection: Connection) -> None:
    account(links.connection(), "Acme Salon 77 Ltd")
    assert matching.suggest(connection, acme(), "customer").exact is None


def test_a_legal_form_weighs_less_than_a_number(connection: Connection) -> None:
    for name in ("Acme Salon 177 Ltd", "ACME salon 77 Limited", "Acme Salon 7 Ltd"):
        account(connection, name)
    [near] = matching.near(connection, acme(), Role.CUSTOMER)
    assert near.record.name == "ACME salon 77 Limited"
    assert near.reasons == (
        "the same name but for capitals, punctuation or legal form",
    )


EVIDENCE = [
    ({"tax_number": "GB 123 4567 89"}, {"tax_number": "gb123456789"}, "tax number"),
    ({"email": "Jo@Example.com"}, {"email": "jo@example.com"}, "e-mail"),
    ({"phone": "+44 113 496 0000"}, {"phone": "(0113) 4960000"}, "phone"),
]


@pytest.mark.parametrize(("ours", "theirs", "reason"), EVIDENCE)
def test_what_is_shared_besides_the_name_is_a_reason(
    connection: Connection, ours: dict[str, str], theirs: dict[str, str], reason: str
) -> None:
    account(connection, "Wholly Else", data=theirs)
    [near] = matching.near(connection, acme(**ours), Role.CUSTOMER)
    assert near.reasons == (f"same {reason}",)


def test_a_postcode_alone_is_no_reason(connection: Connection) -> None:
    data = {"address": {"postcode": "LS1 1AA"}}
    account(connection, "Wholly Else", data=data)
    account(connection, "Acme Salon 77", data=data)
    [near] = matching.near(connection, acme(postcode="ls11aa"), Role.CUSTOMER)
    assert near.record.name == "Acme Salon 77"
    assert near.reasons[1:] == ("same postcode",)


def test_nothing_near_is_ever_certain(connection: Connection) -> None:
    account(connection, "ACME SALON 77", data={"email": "jo@example.com"})
    [near] = matching.near(connection, acme(email="jo@example.com"), Role.CUSTOMER)
    assert near.score == 99


def test_blank_evidence_is_no_evidence(connection: Connection) -> None:
    account(connection, "Wholly Else", data={"email": "", "phone": None})
    assert matching.near(connection, acme(), Role.CUSTOMER) == ()


def test_the_platform_itself_may_be_asked(connection: Connection) -> None:
    books = Ledgerly()
    books.parties = [
        customer("58", "Acme Salon 77 Ltd"),
        supplier("9", "Acme Salon 77 Ltd"),
    ]
    suggestion = matching.suggest(connection, acme(), "customer", connector=books)
    assert suggestion.exact is not None
    assert suggestion.exact.external_id == "58"
    assert RemoteRecord.objects.get().external_id == "58"


def test_the_platforms_answer_outweighs_what_was_seen(connection: Connection) -> None:
    account(connection, "Acme Salon 77 Ltd", external_id="gone")
    suggestion = matching.suggest(connection, acme(), "customer", connector=Ledgerly())
    assert suggestion.exact is None


def test_twenty_thousand_names_are_searched_fast(connection: Connection) -> None:
    now = timezone.now()
    RemoteRecord.objects.bulk_create(
        RemoteRecord(
            connection=connection,
            type=RecordType.CUSTOMER,
            external_id=str(number),
            name=f"Salon {number} of the North Limited",
            name_key=f"salon {number} of the north limited",
            data={"email": f"{number}@example.com"},
            seen_at=now,
        )
        for number in range(20_000)
    )
    contact = acme(name="Salon 1234 of the north", email="x@example.com")
    matching.near(connection, contact, Role.CUSTOMER)  # warms the folded names
    began = time.process_time()
    near = matching.near(connection, contact, Role.CUSTOMER)
    assert time.process_time() - began < 1.5
    assert near[0].record.external_id == "1234"

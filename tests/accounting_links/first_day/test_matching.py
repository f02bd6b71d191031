"""Two customer bases are matched by spreadsheet, and a round is taken back."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounting_links import matching
from accounting_links.actions.base import Refused
from accounting_links.first_day import plan, rounds, sheet
from accounting_links.first_day.plan import Grade
from accounting_links.first_day.sheet import Decision
from accounting_links.models import Connection, ContactLink, MatchRound, Role
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.factories import connection, contact_link, remote_record

pytestmark = pytest.mark.django_db
CUSTOMER = Role.CUSTOMER


@pytest.fixture
def link() -> Connection:
    return connection()


@pytest.fixture
def bases(link: Connection) -> dict[str, str]:
    """Grade by code, over a base of each kind."""
    factories.customer(code="A", name="Acme Ltd")
    remote_record(link, "Acme Ltd", external_id="1")
    factories.customer(code="B", name="Brown Bakery", tax_number="GB 123")
    remote_record(
        link, "Bakers of Leeds", external_id="2", data={"tax_number": "GB123"}
    )
    factories.customer(code="C", name="Carter Heating")
    remote_record(link, "Carter Heatings UK", external_id="3")
    factories.customer(code="D", name="Zebra")
    return {"A": "exact", "B": "likely", "C": "weak", "D": "none"}


def grades(link: Connection) -> dict[str, str]:
    return {each.contact.code: each.grade.value for each in plan.plan(link, CUSTOMER)}


def test_each_contact_gets_its_grade(link: Connection, bases: dict[str, str]) -> None:
    assert grades(link) == bases


def test_a_match_says_why(link: Connection, bases: dict[str, str]) -> None:
    found = {each.contact.code: each for each in plan.plan(link, CUSTOMER)}
    assert found["A"].reasons == ("exactly the same name",)
    assert found["B"].reasons == ("same tax number",)
    assert found["C"].reasons == ("a similar name",)


def test_held_accounts_tell_the_same_as_asked_ones(
    link: Connection, bases: dict[str, str]
) -> None:
    held = matching.Base(matching.accounts(link, CUSTOMER))
    for contact in plan.unmatched(link, CUSTOMER):
        asked = matching.near(link, contact, CUSTOMER)
        assert [(n.record.pk, n.score, n.reasons) for n in held.near(contact)] == [
            (n.record.pk, n.score, n.reasons) for n in asked
        ]


def test_two_of_one_name_are_left_to_a_person(link: Connection) -> None:
    for code in ("A", "B"):
        factories.customer(code=code, name="Acme Ltd")
    remote_record(link, "Acme Ltd")
    assert set(grades(link).values()) == {"weak"}


def test_an_account_that_is_somebodys_is_proposed_to_nobody(link: Connection) -> None:
    owner = factories.customer(name="Owner")
    contact_link(link, owner, external_id="1")
    remote_record(link, "Acme Ltd", external_id="1")
    factories.customer(code="A", name="Acme Ltd")
    assert grades(link) == {"A": "none"}


def test_planning_writes_nothing_and_asks_little(
    link: Connection, bases: dict[str, str], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        assert plan.counts(plan.plan(link, CUSTOMER))[Grade.EXACT] == 1
    assert not ContactLink.objects.exists()


def out(link: Connection, tmp_path: Path) -> Path:
    path = tmp_path / "matches.xlsx"
    with path.open("wb") as file:
        sheet.write(plan.plan(link, CUSTOMER), file)
    return path


def test_the_spreadsheet_goes_out_and_comes_back(
    link: Connection, bases: dict[str, str], tmp_path: Path
) -> None:
    path = out(link, tmp_path)
    assert sheet.read(path) == [Decision(2, "A", "1")]
    book = load_workbook(path)
    book["Matches"]["J3"] = "Yes"
    book.save(path)
    assert sheet.read(path)[1] == Decision(3, "B", "2")


def test_another_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Code,Name\nA,b\n")
    with pytest.raises(Refused, match="Their id, Link"):
        sheet.read(path)
    path.write_bytes(b"")
    with pytest.raises(Refused, match="empty"):
        sheet.read(path)


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (Decision(2, "NOBODY", "1"), "no contact NOBODY"),
        (Decision(2, "A", "99"), "no account 99"),
        (Decision(2, "A", "9"), "Owner's already"),
    ],
)
def test_a_row_that_cannot_be_linked_says_why(
    link: Connection, bases: dict[str, str], decision: Decision, why: str
) -> None:
    contact_link(link, factories.customer(name="Owner"), external_id="9")
    remote_record(link, "Nine", external_id="9")
    checked = rounds.check(link, CUSTOMER, [decision])
    assert not checked.new
    assert why in checked.refused[0][1]


def test_one_account_is_not_given_to_two(
    link: Connection, bases: dict[str, str]
) -> None:
    twice = [Decision(2, "A", "1"), Decision(3, "B", "1")]
    checked = rounds.check(link, CUSTOMER, twice)
    assert (len(checked.new), len(checked.refused)) == (0, 2)


def test_a_round_is_undone_at_once(link: Connection, bases: dict[str, str]) -> None:
    anna = base.accountant()
    decisions = [Decision(2, "A", "1"), Decision(3, "B", "2")]
    made = rounds.apply(link, CUSTOMER, decisions, actor=anna)
    assert ContactLink.objects.filter(ended_at=None, how="imported").count() == 2
    assert rounds.undo(made, actor=anna) == 2
    assert not ContactLink.objects.filter(ended_at=None).exists()
    assert Event.objects.filter(verb="contact.unlinked", actor=anna).count() == 2
    with pytest.raises(Refused, match="undone already"):
        rounds.undo(made, actor=anna)


def test_undoing_leaves_what_was_linked_by_hand(
    link: Connection, bases: dict[str, str]
) -> None:
    made = rounds.apply(link, CUSTOMER, [Decision(2, "A", "1")], actor=None)
    by_hand = contact_link(link, factories.customer(), external_id="77")
    rounds.undo(made, actor=None)
    by_hand.refresh_from_db()
    assert by_hand.ended_at is None


def test_a_customer_entered_twice_there_is_told(link: Connection) -> None:
    remote_record(link, "Acme Ltd", external_id="1")
    remote_record(link, "ACME Limited", external_id="2")
    remote_record(link, "Other", external_id="3", data={"email": "a@b.c"})
    remote_record(link, "Another", external_id="4", data={"email": "A@b.c"})
    found = {
        tuple(r.external_id for r in t.records): t.why
        for t in plan.twins(link, CUSTOMER)
    }
    assert set(found) == {("1", "2"), ("3", "4")}
    assert found["3", "4"] == "the same e-mail"


def address(link: Connection, name: str = "", *more: object) -> str:
    return reverse(
        f"admin:connection_first_day{name}", args=(link.pk, "customer", *more)
    )


def test_nothing_is_written_until_it_is_confirmed(
    link: Connection, bases: dict[str, str]
) -> None:
    client: Client = base.client_of(base.bookkeeper())
    text = client.get(address(link)).content.decode()
    assert "Exact: 1, Likely: 1, Weak: 1, None: 1" in text
    file = b"".join(client.get(address(link, "_file")).streaming_content)  # type: ignore[attr-defined]  # a FileResponse
    upload = SimpleUploadedFile("m.xlsx", io.BytesIO(file).getvalue())
    answer = client.post(address(link), {"decisions": upload})
    assert "1 would be linked" in answer.content.decode()
    assert not ContactLink.objects.exists()
    confirmed = {"plan": answer.context["plan"]}
    assert (
        "1 contacts are linked"
        in client.post(address(link), confirmed, follow=True).content.decode()
    )
    made = MatchRound.objects.get()
    undone = client.post(address(link, "_undo", made.pk), follow=True)
    assert "1 links were ended" in undone.content.decode()


def test_a_plan_that_was_tampered_with_is_refused(
    link: Connection, bases: dict[str, str]
) -> None:
    client = base.client_of(base.bookkeeper())
    answer = client.post(address(link), {"plan": "x:y:z"}, follow=True)
    assert "Upload the spreadsheet again" in answer.content.decode()
    assert not ContactLink.objects.exists()


def test_each_page_asks_for_its_permission(link: Connection) -> None:
    client = base.client_of(base.stranger())
    assert client.get(address(link)).status_code == 403
    assert client.get(address(link, "_file")).status_code == 403
    assert client.post(address(link, "_undo", 1)).status_code == 403
    assert (
        base.client_of(base.bookkeeper()).get(address(link, "_undo", 1)).status_code
        == 405
    )

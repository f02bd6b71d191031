"""What every platform that works by files keeps to, against its practice importer.

A platform's test file inherits all of it:

    class TestMoneyS3(FileContract):
        slug = "money_s3"
        import_path = "/import"

What is peculiar to a platform is declared there, and tried in both directions:
`export_path`, `reports_refusals`, `code_page` and `typed_by_hand`. Where the vendor
publishes a schema, `check_file` and `check_report` hold what is written and read
against it. Nothing skips: a missing face fails.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

import pytest
import requests

from connectors.capabilities import Capabilities
from connectors.errors import Unreadable, Unsupported
from connectors.files import (
    FileConnector,
    FileParty,
    FilePayment,
    Report,
    Reported,
)
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from connectors.records import (
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
    PaymentDirection,
    signed,
)
from connectors.registry import connector_class
from connectors.settings import ConnectionConfig
from connectors.transport.files import ExportFile, opens_formula
from connectors.transport.tables import read_table
from tests.connectors.file_examples import document, line, newcomer, paid, party

__all__ = [
    "MOMENT",
    "FileContract",
    "document",
    "line",
    "newcomer",
    "paid",
    "party",
]

D = Decimal
MOMENT = datetime(2026, 11, 25, 10, 15, tzinfo=UTC)
TIMEOUT = 20


def _is_number(cell: str) -> bool:
    try:
        return Decimal(cell).is_finite()
    except InvalidOperation:
        return False


class FileContract:
    slug: ClassVar[str]
    # The path of the practice importer that takes a file and answers a report.
    import_path: ClassVar[str] = "/import"
    # Where it takes the file again and answers a list of what is there; empty where the
    # report says that.
    export_path: ClassVar[str] = ""
    # Does what it answers name what was refused? Else that is only not named.
    reports_refusals: ClassVar[bool] = True
    # Which letters the program reads; empty: every letter there is.
    code_page: ClassVar[str] = ""
    # Does a person key documents in, who leaves our reference out?
    typed_by_hand: ClassVar[bool] = False
    # What payments are put to.
    bank_account: ClassVar[str] = "bank:"
    values: ClassVar[dict[str, str]] = {}

    @pytest.fixture
    def books(self) -> Iterator[PracticeServer]:
        """Where parties go by files of their own, ours are there already."""
        with serve(self.slug, empty=True) as running:
            roles = sorted(self.connector().party_files)
            for file in self.write(parties=tuple(map(newcomer, roles))):
                self.hand_in(running, file)
            yield running

    def document(self, number: str, *lines: Line, **changes: Any) -> Document:
        """With the ids that mappings would have filled in."""
        return document(number, *lines, **changes)

    def connector(self, **values: str) -> FileConnector:
        config = ConnectionConfig(
            platform=self.slug,
            values={**self.values, **values},
            home_currency="GBP",
        )
        made = connector_class(self.slug)(config)
        assert isinstance(made, FileConnector)
        return made

    @property
    def able(self) -> Capabilities:
        return connector_class(self.slug).capabilities

    def write(
        self,
        *documents: Document,
        payments: tuple[FilePayment, ...] = (),
        parties: tuple[FileParty, ...] = (),
    ) -> list[ExportFile]:
        files = self.connector().write(documents, payments, parties, moment=MOMENT)
        for file in files:
            self.check_file(file)
        return files

    def check_file(self, file: ExportFile) -> None:
        """Against the vendor's schema, where there is one."""

    def check_report(self, content: bytes) -> None:
        """The same for what the importer answers."""

    def hand_in(self, books: PracticeServer, file: ExportFile) -> Report:
        """Imports it as a person would, and reads all that comes of it: what is said
        first of an entry counts."""
        told: dict[str, Reported] = {}
        for path in filter(None, (self.import_path, self.export_path)):
            answer = requests.post(books.url + path, data=file.content, timeout=TIMEOUT)
            assert answer.status_code in (200, 204)
            if answer.content:
                self.check_report(answer.content)
                read = self.connector().parse_report(answer.content, file=file.content)
                for each in read.results:
                    told.setdefault(each.reference, each)
        return Report(results=tuple(told.values()))

    def held(self, books: PracticeServer) -> list[dict[str, str]]:
        url = f"{books.url}/__practice__/documents"
        rows: list[dict[str, str]] = requests.get(url, timeout=TIMEOUT).json()[
            "documents"
        ]
        return rows

    # Writing

    def test_the_same_documents_make_the_same_bytes(self) -> None:
        first, again = self.write(self.document("1")), self.write(self.document("1"))
        assert [f.checksum for f in first] == [f.checksum for f in again]

    def test_each_document_stands_in_exactly_one_file(self) -> None:
        kinds = sorted(self.able.kinds)
        given = [self.document(f"{at}", kind=kind) for at, kind in enumerate(kinds, 1)]
        named = [name for file in self.write(*given) for name in file.documents]
        assert sorted(named) == sorted(each.reference for each in given)

    def test_a_file_is_named_for_every_system(self) -> None:
        (file,) = self.write(self.document("É 1/26" if self.code_page else "Č 1/26"))
        assert set(file.name) <= set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
        )

    def test_nothing_to_write_makes_no_file(self) -> None:
        assert self.write() == []

    # Into the books and back

    @pytest.mark.parametrize("kind", list(DocumentKind))
    def test_a_document_arrives_whole_and_is_reported(
        self, books: PracticeServer, kind: DocumentKind
    ) -> None:
        if kind not in self.able.kinds:
            assert kind.value in self.able.reasons
            return
        given = self.document(
            "42", line(1, "100.00"), line(2, "0.05", rate="5"), kind=kind
        )
        (file,) = self.write(given)
        (told,) = self.hand_in(books, file).results
        assert (told.reference, told.accepted) == (given.reference, True)
        (row,) = self.held(books)
        assert (row["kind"], row["number"]) == (kind.value, "42")
        assert row["reference"] == ("" if self.typed_by_hand else given.reference)
        assert D(row["gross"]) == signed(kind, given.gross)

    def test_many_documents_total_to_the_cent(self, books: PracticeServer) -> None:
        given = [
            self.document(f"{n}", line(1, f"{n}.37"), line(2, f"0.{n:02}", rate="12.5"))
            for n in range(1, 31)
        ]
        for file in self.write(*given):
            assert all(told.accepted for told in self.hand_in(books, file).results)
        total = sum((D(row["gross"]) for row in self.held(books)), D(0))
        assert total == sum((each.gross for each in given), D(0))

    def test_a_file_imported_twice_leaves_one_document(
        self, books: PracticeServer
    ) -> None:
        (file,) = self.write(self.document("1"))
        self.hand_in(books, file)
        (told,) = self.hand_in(books, file).results
        assert told.accepted is not self.reports_refusals
        assert bool(told.message) is self.reports_refusals
        assert len(self.held(books)) == 1

    def test_one_refusal_hides_no_other_fate(self, books: PracticeServer) -> None:
        books.face.ledger.change_company(closed_until=date(2026, 10, 31))
        closed = self.document("2", date=date(2026, 10, 15))
        given = [self.document("1"), closed, self.document("3")]
        (file,) = self.write(*given)
        results = {r.reference: r for r in self.hand_in(books, file).results}
        assert results[given[0].reference].accepted
        assert results[given[2].reference].accepted
        refused = results.get(closed.reference)
        assert (refused is not None) is self.reports_refusals
        assert refused is None or (not refused.accepted and refused.message)
        assert len(self.held(books)) == 2

    def test_a_payment_settles_its_invoice(self, books: PracticeServer) -> None:
        if PaymentDirection.RECEIVED not in self.able.payments:
            assert "payments_received" in self.able.reasons
            return
        given = self.document("1")
        for file in self.write(given):
            self.hand_in(books, file)
        money = paid("1", "120.00", bank_account_id=self.bank_account)
        (file,) = self.write(payments=(money,))
        (told,) = self.hand_in(books, file).results
        assert (told.reference, told.accepted) == ("FinSync-P7", True)
        assert self.held(books)[0]["status"] == "paid"

    def test_another_currency_is_kept_or_held_back(self, books: PracticeServer) -> None:
        given = self.document("1", currency="EUR", rate=D("0.85"))
        refused = self.connector().refusal(given)
        if not self.able.multi_currency:
            assert refused is not None and refused.status_code == "CURRENCY"
            return
        assert refused is None
        (file,) = self.write(given)
        assert self.hand_in(books, file).results[0].accepted
        (row,) = self.held(books)
        assert (row["currency"], D(row["gross"])) == ("EUR", given.gross)

    # Edges

    def test_letters_of_all_kinds_and_markup_survive(
        self, books: PracticeServer
    ) -> None:
        name = "Žluťoučký <kůň> & Łódź"
        if self.code_page:
            refused = self.connector().refusal(self.document("1", party_name=name))
            assert refused is not None and refused.field == "contact"
            name = 'Zoë "Z" <O’Brien> & Šťáva'.encode(self.code_page, "ignore").decode(
                self.code_page
            )
        self.acquaint(books, name)
        given = self.document("1", party_name=name, party=self.known_as(name))
        assert self.connector().refusal(given) is None
        (file,) = self.write(given)
        self.hand_in(books, file)
        assert self.held(books)[0]["party"] == name

    def known_as(self, name: str) -> Party:
        return party(name=name, company_number="", code="OTHER")

    def acquaint(self, books: PracticeServer, name: str) -> None:
        """A customer of that name is there, where that takes a file of its own."""
        if PartyRole.CUSTOMER in self.connector().party_files:
            fresh = FileParty(party=self.known_as(name), reference="FinSync-C8")
            for file in self.write(parties=(fresh,)):
                self.hand_in(books, file)

    def test_a_long_text_is_cut_and_a_long_name_is_refused(self) -> None:
        text = self.document("1", line(1, "1.00", text="x" * 1000))
        assert self.connector().refusal(text) is None
        self.write(text)
        named = self.document("1", party_name="x" * 400, party=party(name="x" * 400))
        refused = self.connector().refusal(named)
        assert refused is not None and refused.field == "contact"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<html><body>no</body></html>",
            b"\x00\x01\x02",
            b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        ],
    )
    def test_what_is_no_report_is_unreadable(self, content: bytes) -> None:
        (file,) = self.write(self.document("1"))
        with pytest.raises(Unreadable):
            self.connector().parse_report(content, file=file.content)

    @pytest.mark.parametrize("start", "=+-@")
    def test_no_cell_opens_a_formula(self, start: str) -> None:
        """Free text is put behind an apostrophe; a name is for a person to change."""
        text = f"{start}cmd|' /C calc'!A0"
        given = self.document("1", line(1, "-5.00", text=text), note=text)
        assert self.connector().refusal(given) is None
        for file in self.write(given):
            if file.media_type.startswith("text/"):
                table = read_table(file.content)
                cells = [cell for row in table.rows for cell in row]
                assert [
                    x for x in cells if opens_formula(x) and not _is_number(x)
                ] == []
                named = self.document("1", party_name=text, party=party(name=text))
                assert self.connector().refusal(named) is not None

    # Customers and suppliers

    @pytest.mark.parametrize("role", list(PartyRole))
    def test_a_newcomer_arrives_and_is_reported(self, role: PartyRole) -> None:
        given = newcomer(role)
        files = self.write(parties=(given,))
        if role not in self.connector().party_files:
            assert files == [] and self.able.makes_parties
            return
        (file,) = files
        assert (file.documents, file.parties) == ((), (given.reference,))
        with serve(self.slug, empty=True) as fresh:
            (told,) = self.hand_in(fresh, file).results
            assert (told.reference, told.accepted) == (given.reference, True)
            names = [row.name for row in fresh.face.ledger.parties.table]
            assert names.count(given.party.name) == 1

    def test_newcomers_come_before_their_documents(self) -> None:
        if self.connector().party_files:
            files = self.write(self.document("1"), parties=(newcomer(),))
            assert [bool(file.parties) for file in files] == [True, False]

    # Without an API

    def test_it_gets_in_without_a_log_in(self) -> None:
        (organisation,) = self.connector().login().organisations
        assert organisation.id and organisation.name

    def test_it_says_how_a_file_is_imported(self) -> None:
        assert self.able.files and self.connector().import_steps

    def test_calls_are_declined_with_a_reason(self) -> None:
        given = self.document("1")
        connector = self.connector()
        for call in (connector.update, connector.void, connector.delete):
            with pytest.raises(Unsupported, match=r"\w+"):
                call(given)

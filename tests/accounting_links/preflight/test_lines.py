import pytest

from accounting_links.models import Connection
from accounting_links.preflight.words import lines_in_words
from invoicing.models import Document, DocumentKind
from tests import factories
from tests.accounting_links.ledgerly import able, check, codes, ready
from tests.accounting_links.ledgerly_fixtures import Install


def of_texts(connection: Connection, *texts: str) -> Document:
    lines = [factories.line(text=text) for text in texts]
    return ready(connection, factories.sent(lines=lines))


@pytest.mark.parametrize("blank", ["", "   ", "\t\n"])
def test_every_line_has_text(connection: Connection, blank: str) -> None:
    [finding] = check(connection, of_texts(connection, "Repair", blank))
    assert finding.code == "BLANK_LINE"
    assert finding.sentence == "Line 2 has no text."
    assert finding.data == {"lines": [2]}


NEGATIVE = [
    (DocumentKind.SALES_INVOICE, False, ["UNSUPPORTED"]),
    (DocumentKind.SALES_INVOICE, True, []),
    (DocumentKind.SUPPLIER_INVOICE, False, []),
]


@pytest.mark.parametrize(("kind", "is_taken", "expected"), NEGATIVE)
def test_negative_lines_go_where_they_are_taken(
    connection: Connection,
    install: Install,
    kind: str,
    is_taken: bool,
    expected: list[str],
) -> None:
    install(able(negative_lines=is_taken))
    lines = [factories.line("20"), factories.line("-5")]
    make = factories.sent if kind == "sales_invoice" else factories.supplier_invoice
    document = ready(connection, make(lines=lines))
    assert codes(check(connection, document)) == expected


WORDS = [
    ([4], "Line 4"),
    ([1, 2], "Lines 1 and 2"),
    ([1, 2, 3], "Lines 1, 2 and 3"),
    (list(range(1, 201)), "Lines 1, 2, 3, 4, 5, 6 and 194 more"),
]


@pytest.mark.parametrize(("positions", "words"), WORDS)
def test_many_lines_are_named_in_few_words(positions: list[int], words: str) -> None:
    assert lines_in_words(positions) == words

import pytest

from connectors.errors import DuplicateNumber, Locked, Rejected, Where
from connectors.sentences import Sentences, locked, number_taken, refused

SENTENCES = Sentences(
    "Ledgerly",
    (r"number .*exists", number_taken("Ledgerly")),
    (r"\bclosed\b", locked("The books of Ledgerly are closed.")),
    (r"number", refused("Ledgerly", "REJECTED", "number")),
)
WHERE = Where(platform="ledgerly", operation="push")


@pytest.mark.parametrize(
    ("said", "kind", "code", "field"),
    [
        ("The NUMBER 7 exists already", DuplicateNumber, "DUPLICATE_NUMBER", "number"),
        ("The month is closed", Locked, "PERIOD_LOCKED", "date"),
        ("A number is needed", Rejected, "REJECTED", "number"),
        ("No", Rejected, "REJECTED", ""),
    ],
)
def test_the_first_sentence_that_fits_decides(
    said: str, kind: type[Rejected], code: str, field: str
) -> None:
    error = SENTENCES.error(said, WHERE)
    assert isinstance(error, Rejected)
    assert (type(error), error.status_code, error.field) == (kind, code, field)
    assert (error.vendor_message, error.where) == (said, WHERE)


def test_what_fits_none_may_be_told_apart_otherwise() -> None:
    otherwise = refused("Ledgerly", "NO_TAX", "lines")
    error = SENTENCES.error("Hm", WHERE, otherwise=otherwise)
    assert isinstance(error, Rejected)
    assert (error.status_code, str(error)) == ("NO_TAX", "Ledgerly refused it: Hm")


def test_a_long_sentence_is_cut_for_staff_and_kept_whole() -> None:
    error = refused("Ledgerly")("x" * 500, WHERE)
    assert isinstance(error, Rejected)
    assert len(str(error)) < 350 and len(error.vendor_message) == 500


def test_what_gives_no_reason_says_so() -> None:
    assert str(refused("Ledgerly")("", WHERE)).endswith("it does not say why.")

import threading
from pathlib import Path

import pytest

from connectors.practice import errors
from connectors.practice.books import Company, Document
from connectors.practice.ledger import Ledger
from connectors.practice.policies import Policies
from connectors.practice.seed import seed
from tests.connectors.practice.shop import Clock, invoice, ledger


def opened(path: Path) -> Ledger:
    books = Ledger(Company(id="c1", name="Tap & Sons"), Policies())
    if not books.open_state(path, "some_platform"):
        seed(books, empty=False)
    return books


def test_an_error_undoes_the_whole_change() -> None:
    books = ledger()
    sequence = len(books.store.changes_after(0))

    def two() -> None:
        with books.store.change():
            books.documents.create(invoice(books, "A"))
            books.documents.create(invoice(books, "A"))

    with pytest.raises(errors.DuplicateNumber):
        two()
    assert not list(books.documents.table)
    assert not books.documents.referenced("A")
    assert len(books.store.changes_after(0)) == sequence
    assert books.documents.create(invoice(books, "A")).number == "A"


def test_an_inner_error_that_is_caught_undoes_only_itself() -> None:
    books = ledger()
    with books.store.change():
        kept = books.documents.create(invoice(books, "A"))
        with pytest.raises(errors.DuplicateNumber):
            books.documents.create(invoice(books, "A"))
    assert [row.id for row in books.documents.table] == [kept.id]


def test_the_change_log_tells_what_happened_since() -> None:
    clock = Clock()
    books = ledger(clock=clock)
    clock.advance(hours=1)
    since = clock.now
    made = books.documents.create(invoice(books))
    books.documents.void(made.id)
    books.documents.delete(made.id)
    found = books.store.changes_since(since)
    assert [entry.action for entry in found] == ["create", "void", "delete"]
    assert [entry.version for entry in found] == [0, 1, 2]
    assert found == books.store.changes_after(found[0].sequence - 1)


def test_a_clock_that_steps_back_leaves_the_log_in_order() -> None:
    clock = Clock()
    books = ledger(clock=clock)
    books.documents.create(invoice(books, "A"))
    clock.advance(hours=-5)
    books.documents.create(invoice(books, "B"))
    moments = [entry.at for entry in books.store.changes_after(0)]
    assert moments == sorted(moments)


def test_state_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "state"
    books = opened(path)
    made = books.documents.create(invoice(books, "INV-9", extra={"echo": {"a": 1}}))
    books.remember("key", {"body": "x"})
    books.close()
    again = opened(path)
    assert list(again.documents.table) == list(books.documents.table)
    assert again.documents.get(made.id) == made
    assert again.account_balances() == books.account_balances()
    assert again.recall("key") == {"body": "x"}
    assert again.store.changes_after(0) == books.store.changes_after(0)
    assert again.documents.create(invoice(again, "INV-10")).id not in {
        row.id for row in books.documents.table
    }
    again.close()


def test_each_commit_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "state"
    books = opened(path)
    made = books.documents.create(invoice(books, "INV-9"))
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    killed = opened(copy)
    assert killed.documents.get(made.id) == made
    killed.close()
    books.close()


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "state"
    books = opened(path)
    books.documents.create(invoice(books, "INV-9"))
    books.close()
    path.write_bytes(path.read_bytes()[:-40])
    again = opened(path)
    assert len(list(again.documents.table)) >= 11
    again.close()


def test_another_platforms_state_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    opened(path).close()
    books = Ledger(Company(id="c1", name="x"), Policies())
    with pytest.raises(ValueError, match="is not the state of"):
        books.open_state(path, "another_platform")


def test_a_key_makes_its_answer_once() -> None:
    books = ledger()
    made: list[Document] = []

    def make() -> dict[str, str]:
        made.append(books.documents.create(invoice(books, f"N{len(made)}")))
        return {"id": made[-1].id}

    threads = [threading.Thread(target=lambda: books.once("k", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert books.once("k", make) == {"id": made[0].id}


def test_many_threads_take_no_number_twice() -> None:
    books = ledger()
    refused = []

    def work() -> None:
        for number in range(20):
            try:
                books.documents.create(invoice(books, f"N{number}"))
            except errors.DuplicateNumber:
                refused.append(number)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(books.documents.table)) == 20
    assert len(refused) == 80

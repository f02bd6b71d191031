import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from invoicing.errors import Refused
from invoicing.models import DocumentKind, IncrementorGroup
from invoicing.services import lifecycle, numbering
from tests import factories

THREADS = 20
KIND = DocumentKind.SALES_INVOICE


@pytest.mark.django_db
def test_numbers_have_prefix_padding_and_suffix() -> None:
    factories.incrementor(suffix="/A", next_number=7)
    assert numbering.next_number(KIND) == "INV-00007/A"
    assert numbering.next_number(KIND) == "INV-00008/A"


@pytest.mark.django_db
def test_numbers_in_use_are_passed_over() -> None:
    factories.incrementor(padding=0, prefix="")
    factories.draft(number="1")
    factories.draft(number="2")
    invoice = factories.draft(number="")
    lifecycle.approve(invoice)
    assert invoice.number == "3"
    assert invoice.search_text.startswith("3 ")


@pytest.mark.django_db
def test_a_rolled_back_approval_leaves_no_gap() -> None:
    factories.incrementor()
    with pytest.raises(LookupError), transaction.atomic():
        numbering.next_number(KIND)
        raise LookupError
    assert numbering.next_number(KIND) == "INV-00001"


@pytest.mark.django_db
def test_the_group_asked_for_is_used() -> None:
    factories.incrementor()
    shop = factories.incrementor(name="Shop", prefix="S", is_default=False)
    assert numbering.next_number(KIND, shop) == "S00001"


@pytest.mark.django_db(transaction=True)
def test_numbers_are_not_handed_out_without_a_transaction() -> None:
    factories.incrementor()
    with pytest.raises(RuntimeError, match="atomic"):
        numbering.next_number(KIND)


@pytest.mark.django_db
def test_numbers_only_move_forward() -> None:
    group = factories.incrementor(next_number=10)
    with pytest.raises(Refused, match="cannot go back to 9"):
        numbering.move_on(group, 9)
    numbering.move_on(group, 50)
    assert numbering.next_number(KIND) == "INV-00050"


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_never_get_a_number_twice() -> None:
    factories.incrementor()
    start = threading.Barrier(THREADS)

    def take(position: int) -> list[str]:
        start.wait(timeout=30)
        try:
            return [number for turn in range(3) if (number := _take(turn == 1))]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        taken = [
            number for mine in threads.map(take, range(THREADS)) for number in mine
        ]
    # One turn in three is rolled back, and leaves no gap.
    assert sorted(taken) == [f"INV-{n:05}" for n in range(1, 2 * THREADS + 1)]
    assert IncrementorGroup.objects.get().next_number == 2 * THREADS + 1


def _take(roll_back: bool) -> str:
    with transaction.atomic():
        number = numbering.next_number(KIND)
        if roll_back:
            transaction.set_rollback(True)
            return ""
        return number

import pytest

from invoicing import demo
from invoicing.models import Document, DocumentKind, Lifecycle
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_repair_shop_has_documents_in_every_state() -> None:
    assert demo.load_repair_shop()
    assert Document.objects.count() >= 40
    assert set(Document.objects.values_list("kind", flat=True)) == set(DocumentKind)
    assert set(Document.objects.values_list("lifecycle", flat=True)) == set(Lifecycle)
    assert set(Document.objects.values_list("settlement", flat=True)) == {
        "unpaid",
        "part_paid",
        "paid",
    }
    assert Document.objects.filter(lines__text="").exists()
    assert Document.objects.filter(lines__nominal=None).exists()
    assert Document.objects.filter(credits__isnull=False).exists()


def test_it_is_loaded_once() -> None:
    assert demo.load_repair_shop()
    before = Document.objects.count()
    assert not demo.load_repair_shop()
    assert Document.objects.count() == before


def test_it_never_mixes_with_a_business_of_its_own() -> None:
    factories.customer()
    assert not demo.load_repair_shop()
    assert not Document.objects.exists()

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from invoicing.admin import imports
from invoicing.importing import offers
from invoicing.importing.limits import Limits
from invoicing.models import Document, Event, ImportRun
from tests import base
from tests.invoicing.importing import sale, written

pytestmark = pytest.mark.django_db

UPLOAD = reverse("admin:invoicing_importrun_add")


@pytest.fixture
def bea() -> Client:
    return base.client_of(base.bookkeeper())


def upload(client: Client, content: bytes, **fields: str) -> HttpResponse:
    data = {
        "file": SimpleUploadedFile("../../month.csv", content),
        "layout": "online-retail",
        **fields,
    }
    response: HttpResponse = client.post(UPLOAD, data, follow=True)  # type: ignore[assignment]  # of the test client
    return response


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    rows = [sale(str(number)) for number in range(30)]
    rows += [sale("bad", UnitPrice="?"), sale("=1+1", CustomerID="")]
    return written(tmp_path / "a.csv", rows).read_bytes()


def step(run: ImportRun, name: str) -> str:
    return reverse(f"admin:invoicing_importrun_{name}", args=(run.pk,))


def test_the_preview_shows_what_would_happen(bea: Client, content: bytes) -> None:
    page = upload(bea, content).content.decode()
    assert "Nothing is written yet" in page
    for tab in ("New 30", "Changed 0", "Unchanged 0", "Refused 2"):
        assert tab in page
    assert not Document.objects.exists()
    run = ImportRun.objects.get()
    assert run.file_name == "month.csv"
    refused = bea.get(step(run, "change"), {"verdict": "refused"}).content.decode()
    assert "is no number" in refused
    second = bea.get(step(run, "change"), {"page": "2"}).content.decode()
    assert "Page 2" in second


def test_the_word_takes_it_in_and_the_file_goes(bea: Client, content: bytes) -> None:
    upload(bea, content)
    run = ImportRun.objects.get()
    folder = offers.folder_of(run)
    assert folder.is_relative_to(settings.FINSYNC_STATE)
    assert (folder / offers.OFFERED).is_file()
    response = bea.post(step(run, "take_in"), follow=True)
    assert "30 created" in response.content.decode()
    assert Document.objects.count() == 30
    assert not (folder / offers.OFFERED).exists()
    assert Event.objects.get(verb="import.finished").actor_name == base.BOOKKEEPER
    again = bea.post(step(run, "take_in"), follow=True).content.decode()
    assert "taken in or cancelled already" in again


def test_refusals_are_downloaded_and_harmless(bea: Client, content: bytes) -> None:
    upload(bea, content)
    response = bea.get(step(ImportRun.objects.get(), "refused"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a FileResponse
    assert text.startswith("row,document,field,message")
    assert "bad,UnitPrice" in text
    assert "'=1+1" in text


def test_cancelling_removes_the_file(bea: Client, content: bytes) -> None:
    upload(bea, content)
    run = ImportRun.objects.get()
    bea.post(step(run, "cancel"))
    assert not offers.folder_of(run).exists()
    bea.post(step(run, "take_in"))
    assert not Document.objects.exists()


def test_a_malformed_file_gets_a_sentence_and_is_not_kept(bea: Client) -> None:
    folder = settings.FINSYNC_STATE / "imports"
    before = set(folder.glob("*"))
    page = upload(bea, b"\x00\x01\x02").content.decode()
    assert "binary data" in page
    assert not ImportRun.objects.exists()
    assert set(folder.glob("*")) == before


def test_a_large_file_gets_a_sentence_and_is_not_kept(
    bea: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(file_bytes=1000)
    monkeypatch.setattr(imports, "ON_A_PAGE", limits)
    monkeypatch.setattr(imports, "LARGEST_REQUEST", 1000)
    page = upload(bea, b"InvoiceNo\n" + b"x" * 5000).content.decode()
    assert "Split it" in page
    assert not ImportRun.objects.exists()


def test_forgotten_offers_are_removed(bea: Client, content: bytes) -> None:
    upload(bea, content)
    run = ImportRun.objects.get()
    ImportRun.objects.update(started_at="2026-01-01T00:00:00Z")
    offers.clean_up()
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not offers.folder_of(run).exists()


def test_looking_never_takes_in(bea: Client, content: bytes) -> None:
    upload(bea, content)
    run = ImportRun.objects.get()
    assert bea.get(step(run, "take_in")).status_code == 405
    assert bea.get(step(run, "cancel")).status_code == 405
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", ("take_in", "cancel", "change", "refused"))
def test_importing_needs_its_permission(bea: Client, content: bytes, name: str) -> None:
    upload(bea, content)
    run = ImportRun.objects.get()
    anna = base.client_of(base.grant(base.stranger(), "invoicing.add_salesinvoice"))
    method = anna.post if name in ("take_in", "cancel") else anna.get
    assert method(step(run, name)).status_code == 403
    assert anna.get(UPLOAD).status_code == 403
    assert not Document.objects.exists()


def test_an_upload_needs_its_token(content: bytes) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(base.bookkeeper())
    data = {"file": SimpleUploadedFile("a.csv", content), "layout": "online-retail"}
    assert client.post(UPLOAD, data).status_code == 403
    assert not ImportRun.objects.exists()

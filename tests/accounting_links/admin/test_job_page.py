from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounting_links.models import Connection, PaymentLink
from invoicing.models import Document, DocumentKind, Job
from tests import base, factories
from tests.accounting_links.factories import connection, document_link, sync_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> Connection:
    return connection(DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE)


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


@pytest.fixture
def job() -> Job:
    return factories.job()


def invoice(job: Job, **fields: Any) -> Document:
    return factories.approved(job=job, contact=job.contact, **fields)


def page(client: Client, job: Job) -> str:
    url = reverse("admin:invoicing_job_change", args=(job.pk,))
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_leads_from_the_job_to_the_books(
    client: Client, link: Connection, job: Job
) -> None:
    document = invoice(job, number="J-1")
    document_link(link, document, external_id="R7", number="J-1", status="paid")
    own = factories.payment(document)
    PaymentLink.objects.create(
        connection=link, payment=own, external_id="PAY-9", amount=own.amount
    )
    text = page(client, job)
    assert f"/salesinvoice/{document.pk}/change/" in text
    assert "QuickBooks Online J-1" in text
    assert "Paid by Card" in text
    assert "there as PAY-9" in text


def test_it_tells_credit_notes_and_what_waits(
    client: Client, link: Connection, job: Job
) -> None:
    document = invoice(job, number="J-1")
    factories.credit_note(number="C-1", credits=document, contact=job.contact)
    sync_item(link, document, message="No nominal code.", state="blocked")
    text = page(client, job)
    assert "Sales credit note C-1" in text or "Credit note C-1" in text
    assert "No nominal code." in text
    assert "Not sent" in text


def test_a_document_gone_there_is_told(
    client: Client, link: Connection, job: Job
) -> None:
    document_link(link, invoice(job), missing_since=timezone.now())
    assert "No longer there" in page(client, job)


def test_a_job_without_a_bill_says_so(client: Client, job: Job) -> None:
    assert "Nothing was billed for this job yet." in page(client, job)


def test_the_document_leads_back_to_its_job(
    client: Client, link: Connection, job: Job
) -> None:
    document = invoice(job)
    url = reverse("admin:invoicing_salesinvoice_change", args=(document.pk,))
    back = reverse("admin:invoicing_job_change", args=(job.pk,))
    assert f'href="{back}">Job</a>' in client.get(url).content.decode()


def test_who_may_not_see_documents_sees_none(link: Connection, job: Job) -> None:
    invoice(job, number="SECRET-1")
    user = base.grant(base.stranger(), "invoicing.view_job")
    assert "SECRET-1" not in page(base.client_of(user), job)


def test_the_queries_do_not_grow_with_the_documents(
    client: Client, link: Connection, job: Job
) -> None:
    counts = []
    page(client, job)
    for more in (1, 6):
        for _ in range(more):
            document = invoice(job)
            document_link(link, document)
            factories.payment(document)
        with CaptureQueriesContext(database) as asked:
            page(client, job)
        counts.append(len(asked))
    assert counts[0] == counts[1]

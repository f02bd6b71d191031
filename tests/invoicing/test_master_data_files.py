import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from invoicing.models import Contact, Event, NominalCode
from tests import base, factories

pytestmark = pytest.mark.django_db


def upload(client: Client, model: str, content: str) -> str:
    """Answers the dry run's page; writes nothing."""
    response = client.post(
        reverse(f"admin:invoicing_{model}_import"),
        {
            "import_file": SimpleUploadedFile("a.csv", content.encode()),
            "format": "0",
            "resource": "",
        },
    )
    assert response.status_code == 200
    confirm = response.context.get("confirm_form")
    if confirm is not None:
        client.confirmed = confirm.initial  # type: ignore[attr-defined]  # for confirm()
    return response.content.decode()


def confirm(client: Client, model: str) -> None:
    data = client.confirmed  # type: ignore[attr-defined]  # set by upload()
    response = client.post(reverse(f"admin:invoicing_{model}_process_import"), data)
    assert response.status_code == 302


def test_nominal_codes_come_in_after_a_dry_run() -> None:
    client = base.client_of(base.bookkeeper())
    factories.nominal("4000", name="Old name")
    upload(client, "nominalcode", "code,name,active\n4000,Sales,1\n4010,Labour,1\n")
    assert NominalCode.objects.get().name == "Old name"
    confirm(client, "nominalcode")
    names = dict(NominalCode.objects.values_list("code", "name"))
    assert names == {"4000": "Sales", "4010": "Labour"}
    assert Event.objects.filter(actor_name=base.BOOKKEEPER).count() == 2


def test_contacts_come_in_with_their_company() -> None:
    client = base.client_of(base.bookkeeper())
    company = factories.customer(code="HQ")
    page = "code,name,is_customer,is_supplier,parent,active\nSITE,Site,1,0,HQ,1\n"
    upload(client, "customer", page)
    confirm(client, "customer")
    assert Contact.objects.get(code="SITE").parent_id == company.pk


def test_files_of_master_data_need_permission() -> None:
    viewer = base.grant(base.stranger(), "invoicing.view_nominalcode")
    client = base.client_of(viewer)
    assert client.get(reverse("admin:invoicing_nominalcode_import")).status_code == 403
    assert client.get(reverse("admin:invoicing_nominalcode_export")).status_code == 200
    sam = base.client_of(base.grant(base.stranger(), "invoicing.view_job"))
    assert sam.get(reverse("admin:invoicing_taxrate_export")).status_code == 403

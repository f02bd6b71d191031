"""Paths and names of fields that staff correct, where platforms have such settings."""

import pytest
from django.test import Client

from accounting_links.models import Connection
from connectors import registry
from connectors.correctable import FIELDS, PATHS
from tests import base
from tests.accounting_links.admin.test_connections import add_url, form

pytestmark = pytest.mark.django_db


def correctable() -> list[str]:
    declared = {s: registry.connector_class(s).settings for s in registry.slugs()}
    return [
        slug
        for slug, settings in declared.items()
        if any(each.name == PATHS and each.advanced for each in settings)
    ]


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


def filled(slug: str, **fields: str) -> dict[str, object]:
    """With each default, as the page brings it."""
    kinds = registry.connector_class(slug).capabilities.kinds
    given: dict[str, object] = {
        f"setting_{each.name}": each.default or "word"
        for each in registry.connector_class(slug).settings
        if each.required
    }
    named = {f"setting_{name}": value for name, value in fields.items()}
    return form(kinds=[min(kinds).value]) | given | named


@pytest.mark.parametrize("slug", correctable())
def test_corrections_have_a_section_of_their_own(client: Client, slug: str) -> None:
    page = client.get(f"{add_url()}?platform={slug}").content.decode()
    assert f"Corrections for {registry.label(slug)}" in page
    assert "Corrected paths" in page


@pytest.mark.parametrize("slug", correctable())
def test_a_correction_is_kept(client: Client, slug: str) -> None:
    sent = filled(slug, **{PATHS: "invoice = sales/{id}", FIELDS: "invoice.id = key"})
    response = client.post(f"{add_url()}?platform={slug}", sent)
    assert response.status_code == 302, response.context["errors"]
    kept = Connection.objects.get().values
    assert (kept[PATHS], kept[FIELDS]) == ("invoice = sales/{id}", "invoice.id = key")


@pytest.mark.parametrize("slug", correctable())
@pytest.mark.parametrize("name", [PATHS, FIELDS])
def test_a_line_that_corrects_nothing_is_not_kept(
    client: Client, slug: str, name: str
) -> None:
    sent = filled(slug, **{name: "wages = nowhere"})
    page = client.post(f"{add_url()}?platform={slug}", sent)
    assert "“wages = nowhere” corrects nothing" in page.content.decode()
    assert not Connection.objects.exists()


def test_there_are_such_platforms() -> None:
    assert correctable()

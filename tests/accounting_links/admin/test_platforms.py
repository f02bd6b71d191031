import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connectors import card, registry
from tests import base
from tests.accounting_links.factories import connection

pytestmark = pytest.mark.django_db
SLUGS = registry.slugs()
# Session, user, permissions; the rest is the sidebar.
STATEMENTS = 6


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


def shown(client: Client, name: str, *args: str) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_platforms_are_listed_with_their_surety(client: Client) -> None:
    page = shown(client, "platforms")
    for slug in SLUGS:
        assert reverse("admin:platform", args=(slug,)) in page
        assert registry.label(slug) in page
    assert "Held against a description on file" in page


@pytest.mark.parametrize("slug", SLUGS)
def test_a_card_tells_each_gap_with_its_reason(client: Client, slug: str) -> None:
    answer = client.get(reverse("admin:platform", args=(slug,)))
    capabilities = registry.connector_class(slug).capabilities
    assert answer.context["gaps"] == card.gaps(capabilities)
    told = [*answer.context["works"], *answer.context["gaps"], *answer.context["ways"]]
    assert sorted(f.flag for f in told) == sorted(
        f.flag for f in card.facts(capabilities)
    )
    assert answer.context["evidence"].tests > 0


def test_an_unknown_platform_has_no_card(client: Client) -> None:
    address = reverse("admin:platform", args=("frogbooks",))
    assert client.get(address).status_code == 404


def test_who_may_not_see_connections_sees_no_card() -> None:
    stranger = base.client_of(base.stranger())
    assert stranger.get(reverse("admin:platforms")).status_code == 403


def test_more_platforms_ask_the_database_no_more(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    shown(client, "platforms")
    with django_assert_max_num_queries(STATEMENTS):
        shown(client, "platforms")


def test_the_sidebar_and_a_connection_lead_there(client: Client) -> None:
    found = connection()
    url = reverse("admin:accounting_links_connection_change", args=(found.pk,))
    page = client.get(url).content.decode()
    assert reverse("admin:platforms") in page
    assert reverse("admin:platform", args=(found.platform,)) in page


def test_the_choice_of_a_platform_leads_there(client: Client) -> None:
    page = shown(client, "accounting_links_connection_add")
    assert reverse("admin:platform", args=(SLUGS[0],)) in page

"""Each platform that is not proven passes on its practice ledger, over sockets."""

import pytest

from accounting_links import connecting
from accounting_links.actions import check_up
from accounting_links.check_up import standing
from accounting_links.forms.check_up import DraftForm
from accounting_links.models import Connection, Environment
from connectors import registry
from connectors.practice.control import credentials_of
from connectors.practice.runner import serve

pytestmark = pytest.mark.django_db(transaction=True)


def unproven() -> list[str]:
    classes = {slug: registry.connector_class(slug) for slug in registry.slugs()}
    return [
        slug
        for slug, each in classes.items()
        if not each.capabilities.proven and not each.capabilities.files
    ]


@pytest.mark.parametrize("slug", unproven())
def test_its_check_up_passes_and_leaves_nothing(slug: str) -> None:
    with serve(slug) as server:
        before = len(list(server.face.ledger.documents.table))
        connection = Connection(
            name="Checked up", platform=slug, environment=Environment.PRACTICE
        )
        told = credentials_of(server.face, server.url)
        connecting.connect_practice(connection, credentials=told, actor=None)
        steps = check_up.read(connection, actor=None)
        assert [step for step in steps if not step.passed] == []
        form = DraftForm(
            connection,
            registry.connector_class(slug).capabilities,
            {
                "party": told["sample"]["customer"],
                "account": chosen(connection, told["sample"]),
                "tax": told["sample"]["tax_code"],
            },
        )
        assert form.is_valid(), form.errors
        found = check_up.send(connection, form.wanted("GBP"), actor=None)
        assert [step for step in found.draft_steps if not step.passed] == []
        assert check_up.finish(connection, right=True, actor=None)
        assert len(list(server.face.ledger.documents.table)) == before
    assert standing.is_proven(connection)


def chosen(connection: Connection, sample: dict[str, str]) -> str:
    able = registry.connector_class(connection.platform).capabilities
    return sample["item"] if able.items_carry_accounts else sample["account"]

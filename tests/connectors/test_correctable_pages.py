"""What staff may correct is listed on the platform's page, all of it."""

import importlib
from pathlib import Path

import pytest

from connectors import registry
from connectors.correctable import PATHS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "platforms"


def correctable() -> list[str]:
    return [
        slug
        for slug in registry.slugs()
        if any(each.name == PATHS for each in registry.connector_class(slug).settings)
    ]


@pytest.mark.parametrize("slug", correctable())
def test_each_path_and_field_stands_on_the_page(slug: str) -> None:
    names = importlib.import_module(f"connectors.{slug}.names")
    page = (PAGES / f"{slug}.md").read_text(encoding="utf-8")
    told = page[page.index("## Corrections") : page.index("## Check on a real account")]
    members = {field.rpartition(".")[2] for field in names.FIELDS}
    wanted = {*names.PATHS, *members, *(f"{record}." for record in names.MEMBERS)}
    missing = {name for name in wanted if f"`{name}`" not in told}
    # Members of members are named by their way there.
    assert {name for name in missing if f".{name}`" not in told} == set()

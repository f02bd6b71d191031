"""Each platform that is on offer is whole."""

import dataclasses
import importlib
from pathlib import Path

import pytest

from connectors import registry
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.practice.face import face_class
from connectors.records import DocumentKind
from connectors.registry import UnknownPlatform, connector_class
from tests.connectors.contract import ConnectorContract
from tests.connectors.file_contract import FileContract

ROOT = Path(__file__).resolve().parents[2]
TESTS = Path(__file__).parent
SLUGS = registry.slugs()
FLAGS = {field.name for field in dataclasses.fields(Capabilities)}


@pytest.mark.parametrize("slug", SLUGS)
def test_it_has_a_connector_of_that_name(slug: str) -> None:
    found = connector_class(slug)
    assert issubclass(found, Connector)
    assert (found.platform, found.label) == (slug, registry.label(slug))


@pytest.mark.parametrize("slug", SLUGS)
def test_it_has_a_practice_face(slug: str) -> None:
    assert face_class(slug).slug == slug


@pytest.mark.parametrize("slug", SLUGS)
def test_it_keeps_to_the_contract(slug: str) -> None:
    by_files = connector_class(slug).capabilities.files
    contract = FileContract if by_files else ConnectorContract
    module = importlib.import_module(f"tests.connectors.{slug}.test_contract")
    suites = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, contract)
        and getattr(value, "slug", "") == slug
    ]
    assert suites, f"no class in test_contract.py inherits {contract.__name__}"


@pytest.mark.parametrize("slug", SLUGS)
def test_its_wire_samples_tell_their_origin(slug: str) -> None:
    folder = TESTS / slug / "wire"
    samples = {p.name for p in folder.iterdir()} - {"ORIGIN.txt"}
    told = (folder / "ORIGIN.txt").read_text().split()
    assert samples and samples <= set(told)


@pytest.mark.parametrize("slug", SLUGS)
def test_it_has_a_page_for_people(slug: str) -> None:
    page = (ROOT / "docs" / "platforms" / f"{slug}.md").read_text()
    assert page.startswith(f"# {registry.label(slug)}")
    assert "Check on a real account" in page


@pytest.mark.parametrize("slug", SLUGS)
def test_its_reasons_speak_of_what_it_declares(slug: str) -> None:
    known = FLAGS | {kind.value for kind in DocumentKind}
    methods = {name for name in vars(Connector) if not name.startswith("_")}
    assert set(connector_class(slug).capabilities.reasons) <= known | methods


@pytest.mark.parametrize("slug", SLUGS)
def test_its_settings_have_names_and_ways_to_find_them(slug: str) -> None:
    settings = connector_class(slug).settings
    assert len({s.name for s in settings}) == len(settings)
    assert all(s.find_it or s.help for s in settings)


def test_an_unknown_platform_is_named() -> None:
    with pytest.raises(UnknownPlatform, match="frogbooks"):
        connector_class("frogbooks")

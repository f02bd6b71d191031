"""Whom a connector believes, and what it refuses to read (behaviours 1 and 6)."""

import tracemalloc
from pathlib import Path
from ssl import SSLContext
from typing import ClassVar

import pytest

from connectors.errors import (
    ConnectorError,
    InDoubt,
    PlatformDown,
    Reauthorise,
    Unreadable,
)
from connectors.transport.retries import Effect
from tests.connectors.contract_parts.bench import Bench
from tests.connectors.contract_parts.failures import SHORT
from tests.connectors.contract_parts.sentences import assert_for_staff
from tests.connectors.scripted_server import ScriptedServer, answer
from tests.connectors.transport.certificates import private_authority

# The names that a company's id has in credentials, as far as it is entered.
COMPANY_KEYS = (
    "company_db",
    "company_code",
    "company_file_id",
    "company_id",
    "organization_id",
    "realm_id",
    "tenant_id",
    "tenant",
    "account_id",
    "business_id",
    "book_id",
)
# Another one of ours, of the length and letters that such ids mostly have.
ANOTHER = "9876"


class TrustContract:
    # Which answers come as XML; the others have no entities that could be declared.
    xml_answers: ClassVar[frozenset[Effect]] = frozenset()

    @pytest.fixture
    def untrusted(self, tmp_path: Path) -> SSLContext:
        """TLS under an authority that nobody here was told of."""
        return private_authority(tmp_path)[1]

    def company_key(self, at: Bench) -> str:
        """What names the company in the credentials; empty where they open one alone,
        so that a wrong one cannot be asked for."""
        if at.kind.capabilities.one_company:
            return ""
        chosen = getattr(at.kind, "organisation_key", "")
        entered = (key for key in COMPANY_KEYS if key in at.credentials)
        return str(chosen) or next(entered, "")

    def test_another_company_needs_a_person(self, at: Bench) -> None:
        key = self.company_key(at)
        if not key:
            assert at.kind.capabilities.one_company
            any_name = dict.fromkeys(COMPANY_KEYS, ANOTHER)
            [only] = at.connect(dict(at.credentials) | any_name).organisations
            assert only.id == at.grant.organisations[0].id
            return
        with pytest.raises(Reauthorise) as caught:
            at.connect(dict(at.credentials) | {key: ANOTHER})
        assert_for_staff(caught.value)

    def test_a_company_that_was_taken_away_needs_a_person(self, at: Bench) -> None:
        """Where the grant opens one company, the id that was kept has no power."""
        document = at.document("OTHER-1")
        with at.open(organisation_id=ANOTHER) as elsewhere:
            try:
                assert elsewhere.organisation().id == at.grant.organisations[0].id
            except Reauthorise as error:
                assert_for_staff(error)
            else:
                return
            try:
                [result] = elsewhere.push([document])
                assert result.error
            except ConnectorError as error:
                assert_for_staff(error)
        assert not at.books(document.number)

    def test_an_unknown_certificate_is_named(
        self, at: Bench, untrusted: SSLContext
    ) -> None:
        document = at.document("TLS-1")
        with (
            ScriptedServer(answer(200), tls=untrusted) as server,
            at.open(practice_url=server.url) as connector,
        ):
            calls = (connector.organisation, lambda: connector.push([document]))
            for call in calls:
                with pytest.raises(PlatformDown, match="certificate") as caught:
                    call()
                assert_for_staff(caught.value)
            assert not server.requests

    def test_an_answer_of_50_mb_is_never_held(self, at: Bench) -> None:
        at.fault("huge")
        tracemalloc.start()
        try:
            with pytest.raises(Unreadable, match="larger") as caught:
                at.connector.organisation()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert_for_staff(caught.value)
        assert peak < 8 * SHORT.answer_bytes

    def test_an_answer_in_html_is_told_in_words(self, at: Bench) -> None:
        at.fault("html")
        with pytest.raises(Unreadable, match="does not understand") as caught:
            at.connector.organisation()
        assert_for_staff(caught.value)

    def test_a_page_never_says_that_a_document_is_gone(self, at: Bench) -> None:
        [made] = at.connector.push([at.document("PAGE-1")])
        assert made.remote, made.error
        at.fault("html", status=404)
        with pytest.raises(Unreadable) as caught:
            at.connector.get_document(made.remote.kind, made.remote.id)
        assert_for_staff(caught.value)

    def test_entities_are_refused_when_reading(self, at: Bench) -> None:
        at.fault("entities")
        if Effect.READ not in self.xml_answers:
            assert at.connector.organisation().name
            return
        with pytest.raises(Unreadable, match="not XML") as caught:
            at.connector.organisation()
        assert_for_staff(caught.value)

    def test_entities_are_refused_after_a_write(self, at: Bench) -> None:
        document = at.document("ENT-1")
        at.fault("entities", body=document.number)
        [result] = at.connector.push([document])
        if Effect.WRITE not in self.xml_answers:
            assert result.remote, result.error
            return
        assert isinstance(result.error, InDoubt), result
        assert_for_staff(result.error)
        at.clear_faults()
        assert at.connector.find_sent([document]) != [None]

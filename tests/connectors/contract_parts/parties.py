"""Parties, master data and lists by page (behaviours 2 and 7)."""

from dataclasses import replace

import pytest

from connectors.errors import DuplicateParty, Unsupported
from connectors.records import AccountType, Address, DocumentKind, PartyRole
from tests.connectors.contract_parts.bench import DAY, Bench

NAMES = ("Contract Café Ltd", "Contract Cafe Limited", 'O\'Hara & Söhne "Nord" GmbH')


class PartiesContract:
    # What of a party the platform does not keep.
    lost_party_fields: frozenset[str] = frozenset()

    def shrink_pages(self, at: Bench, size: int) -> None:
        """Makes the connector's pages that small."""
        raise NotImplementedError

    def test_only_the_exact_name_is_found(self, at: Bench) -> None:
        made = [at.connector.create_party(at.party(name)) for name in NAMES]
        found = at.connector.find_parties(PartyRole.CUSTOMER, NAMES[:1])
        assert [party.id for party in found] == [made[0].id]

    def test_many_names_are_found_at_once(self, at: Bench) -> None:
        made = {at.connector.create_party(at.party(name)).id for name in NAMES}
        asked = [*NAMES, "Nobody of that name"]
        found = at.connector.find_parties(PartyRole.CUSTOMER, asked)
        assert {party.id for party in found} == made

    def test_many_parties_are_made_in_their_order(self, at: Bench) -> None:
        parties = [at.party(name) for name in NAMES]
        results = at.connector.create_parties(parties)
        assert [r.party and r.party.name for r in results] == list(NAMES)
        assert len({r.party.id for r in results if r.party}) == len(NAMES)

    def test_a_new_party_comes_back_as_it_was_sent(self, at: Bench) -> None:
        full = at.party(
            "Łódź Serwis Sp. z o.o.",
            email="biuro@serwis.example",
            phone="+48 42 000 00 00",
            tax_number="PL1234567890",
            address=Address(street="1 Quay", city="Bristol", postcode="BS1 1AA"),
        )
        made = at.connector.create_party(full)
        [found] = at.connector.get_parties(PartyRole.CUSTOMER, [made.id])
        for name in {"name", "email", "phone", "tax_number", "address"}:
            if name not in self.lost_party_fields:
                assert getattr(found, name) == getattr(full, name), name

    def test_a_new_supplier_is_found_as_supplier(self, at: Bench) -> None:
        if DocumentKind.SUPPLIER_INVOICE not in at.kind.capabilities.kinds:
            with pytest.raises(Unsupported):
                at.connector.find_parties(PartyRole.SUPPLIER, ["Parts Direct"])
            return
        supplier = at.party("Contract Parts Direct", role=PartyRole.SUPPLIER)
        made = at.connector.create_party(supplier)
        found = at.connector.find_parties(PartyRole.SUPPLIER, [supplier.name])
        assert [party.id for party in found] == [made.id]

    def test_unknown_ids_are_left_out(self, at: Bench) -> None:
        ids = [at.sample["customer"], "999999999"]
        found = at.connector.get_parties(PartyRole.CUSTOMER, ids)
        assert [party.id for party in found] == [at.sample["customer"]]

    def test_a_name_that_is_taken(self, at: Bench) -> None:
        party = at.party("Taken Twice Ltd")
        first = at.connector.create_party(party)
        again = replace(party, key="another-key")
        if at.kind.capabilities.unique_party_names:
            with pytest.raises(DuplicateParty):
                at.connector.create_party(again)
        else:
            assert at.connector.create_party(again).id != first.id

    def test_lists_go_past_one_page(self, at: Bench) -> None:
        names = {f"Paged customer {n}" for n in range(5)}
        for name in names:
            at.connector.create_party(at.party(name))
        self.shrink_pages(at, 2)
        listed = [p.name for p in at.connector.list_parties(PartyRole.CUSTOMER)]
        assert names <= set(listed)
        assert len(listed) == len(set(listed))

    def test_documents_go_past_one_page(self, at: Bench) -> None:
        sent = {at.pushed(f"PAGE-{n}")[1].id for n in range(5)}
        self.shrink_pages(at, 2)
        kind = DocumentKind.SALES_INVOICE
        listed = [d.id for d in at.connector.list_documents(kind, DAY, DAY)]
        assert sent <= set(listed) and len(listed) == len(set(listed))

    def test_accounts_are_listed_with_codes_and_types(self, at: Bench) -> None:
        if not at.kind.capabilities.nominal_codes:
            with pytest.raises(Unsupported):
                list(at.connector.ledger_accounts())
            return
        accounts = {a.id: a for a in at.connector.ledger_accounts()}
        assert accounts[at.sample["account"]].code == "4000"
        assert accounts[at.sample["account"]].type is AccountType.INCOME
        assert accounts[at.sample["expense_account"]].type is AccountType.EXPENSE

    def test_a_bank_account_takes_payments(self, at: Bench) -> None:
        if not at.kind.capabilities.payments:
            with pytest.raises(Unsupported):
                list(at.connector.bank_accounts())
            return
        assert at.sample["bank"] in {a.id for a in at.connector.bank_accounts()}

    def test_the_sample_tax_is_listed_with_its_rate(self, at: Bench) -> None:
        codes = {t.id: t for t in at.connector.tax_codes()}
        assert codes[at.sample["tax_code"]].rate == 0

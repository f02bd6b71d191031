"""Whom the document is billed to over there."""

from collections.abc import Iterator

from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.parties import billed, role_of
from accounting_links.status_codes import StatusCode
from invoicing.models import Document


class AccountOfContact(Check):
    """The contact billed has an account in the platform, and the platform still has
    it. Waived where the platform makes accounts itself."""

    codes = (StatusCode.NO_ACCOUNT, StatusCode.ACCOUNT_WRONG)
    missing = StatusCode.NO_ACCOUNT

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        if batch.capabilities.makes_parties:
            return
        for document in batch.documents:
            if not self.applies_to(document, batch):
                continue
            key = (
                billed(document, batch.capabilities).pk,
                str(role_of(document)),
            )
            if key not in batch.parties.links:
                yield document.pk, self._no_account(document, batch)
            elif key in batch.parties.gone:
                yield document.pk, self._wrong_account(document, batch)

    def applies_to(self, document: Document, batch: Batch) -> bool:
        return not _is_care_of(document, batch)

    def _no_account(self, document: Document, batch: Batch) -> Finding:
        contact = billed(document, batch.capabilities)
        exact = batch.parties.exact.get((contact.pk, str(role_of(document))))
        who = self._who(contact.name)
        hint = "Choose its account, create one, or enter its AccsID."
        if exact:
            hint = f"{batch.label} has one account of exactly that name: {exact[0]}."
        return self._finding(
            self.missing,
            f"{who} has no account in {batch.label}.",
            hint=hint,
            document=document,
            batch=batch,
        )

    def _wrong_account(self, document: Document, batch: Batch) -> Finding:
        contact = billed(document, batch.capabilities)
        key = (contact.pk, str(role_of(document)))
        external_id = batch.parties.links[key].external_id
        wrong = f"AccountsID ({external_id}) is not"
        sentence = f"{wrong} known in {batch.label}."
        if exact := batch.parties.exact.get(key):
            sentence = f"{wrong} correct, {batch.label} requires {exact[0]}."
        return self._finding(
            StatusCode.ACCOUNT_WRONG,
            sentence,
            hint=f"The account of {contact.name} was deleted, merged or made inactive.",
            document=document,
            batch=batch,
        )

    def _who(self, name: str) -> str:
        return name

    def _finding(
        self,
        code: StatusCode,
        sentence: str,
        *,
        hint: str,
        document: Document,
        batch: Batch,
    ) -> Finding:
        contact = billed(document, batch.capabilities)
        role = role_of(document)
        exact = batch.parties.exact.get((contact.pk, str(role)))
        return Finding(
            code=code,
            sentence=sentence,
            hint=hint,
            fixes=_fixes(batch, has_exact=exact is not None),
            subject=f"contact:{contact.pk}",
            data={
                "contact": contact.pk,
                "role": role.value,
                "exact_id": exact[0] if exact else "",
                "exact_name": exact[1] if exact else "",
            },
        )


class AccountOfCareOf(AccountOfContact):
    """The same, where a care-of contact is billed in the contact's place."""

    codes = (StatusCode.NO_CARE_OF, StatusCode.ACCOUNT_WRONG)
    missing = StatusCode.NO_CARE_OF

    def applies_to(self, document: Document, batch: Batch) -> bool:
        return _is_care_of(document, batch)

    def _who(self, name: str) -> str:
        return f"The care-of contact {name}"


def _is_care_of(document: Document, batch: Batch) -> bool:
    return batch.capabilities.care_of and document.care_of_id is not None


def _fixes(batch: Batch, *, has_exact: bool) -> tuple[Fix, ...]:
    """Link this only where there is one to link."""
    offered = {
        Fix.LINK_CONTACT: has_exact,
        Fix.CREATE_CONTACT: batch.capabilities.create_parties,
        Fix.TYPE_ACCSID: batch.capabilities.typed_account_id,
    }
    return tuple(fix for fix, is_offered in offered.items() if is_offered)

"""When documents leave: what was asked for of each platform, in short, beside ours.

Where the wish names no moment, ours is a choice of our own, and says why.
"""

from typing import NamedTuple

import pytest

from connectors import registry
from connectors.capabilities import Trigger
from connectors.card import TRIGGER_WORDS


class Wish(NamedTuple):
    wanted: str
    ours: Trigger
    # Why, where the wish names no moment.
    own_choice: str = ""


WISHES = {
    "quickbooks_online": Wish("invoices at once, or in batches", Trigger.CREATE),
    "xero": Wish("on create and on update", Trigger.UPDATE),
    "sage_accounting": Wish("invoices, by themselves", Trigger.CREATE),
    "freshbooks": Wish(
        "invoices with the lines of the CRM", Trigger.CREATE, "as most do"
    ),
    "zoho_books": Wish("each invoice and each payment", Trigger.UPDATE),
    "wave": Wish("when a customer's invoice is created", Trigger.CREATE),
    "myob": Wish(
        "invoices of items", Trigger.MANUAL, "what arrives counts, and is not voided"
    ),
    "netsuite_soap": Wish(
        "records by SOAP", Trigger.FINALISED, "as the other way into NetSuite"
    ),
    "netsuite_rest": Wish("when an invoice is finalised", Trigger.FINALISED),
    "kashoo": Wish("when a job is completed", Trigger.JOB_COMPLETED),
    "reckon_one": Wish("when there is an invoice", Trigger.CREATE),
    "freeagent": Wish("when a payment is recorded", Trigger.PAYMENT),
    "sap_business_one": Wish(
        "repair jobs as rows of a document",
        Trigger.JOB_COMPLETED,
        "a job's rows are known when it is completed",
    ),
    "dynamics_365": Wish("after payment", Trigger.PAYMENT),
    "odoo": Wish("when an invoice is created", Trigger.CREATE),
    "sap_s4hana_cloud": Wish(
        "by the logic of the job",
        Trigger.FINALISED,
        "a posted entry is reversed, never changed, so approval comes first",
    ),
    "bill_com": Wish("invoices, and the entry of payments", Trigger.PAYMENT),
    "patriot": Wish("when a payment is logged", Trigger.PAYMENT),
    "oneup": Wish("when a job is completed", Trigger.JOB_COMPLETED),
    "sage_intacct": Wish(
        "details of a service call", Trigger.MANUAL, "posted documents stay as they are"
    ),
    "accountedge": Wish("when the status is Completed", Trigger.JOB_COMPLETED),
    "acumatica": Wish("when a repair job is completed", Trigger.JOB_COMPLETED),
    "money_s3": Wish("when an order is won", Trigger.ORDER_WON),
}


def test_a_wish_is_written_down_for_all_platforms() -> None:
    assert len(WISHES) == 23
    assert set(registry.slugs()) <= WISHES.keys()


@pytest.mark.parametrize("slug", registry.slugs())
def test_a_platform_sends_when_it_was_asked_to(slug: str) -> None:
    capabilities = registry.connector_class(slug).capabilities
    wish = WISHES[slug]
    assert capabilities.default_trigger is wish.ours, wish


def test_all_triggers_have_words() -> None:
    assert TRIGGER_WORDS.keys() == {trigger.value for trigger in Trigger}

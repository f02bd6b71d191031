"""The platforms, by slug. A package is imported at its first use, so that a broken one
cannot keep the others from starting. The class is `connector.CONNECTOR`."""

from dataclasses import dataclass
from importlib import import_module

from connectors.base import Connector


@dataclass(frozen=True, slots=True)
class Entry:
    slug: str
    label: str


PLATFORMS = (
    Entry("quickbooks_online", "QuickBooks Online"),
    Entry("xero", "Xero"),
    Entry("netsuite_soap", "NetSuite (SOAP)"),
    Entry("sap_business_one", "SAP Business One"),
    Entry("sage_accounting", "Sage Accounting"),
    Entry("odoo", "Odoo"),
    Entry("netsuite_rest", "Oracle NetSuite"),
    Entry("money_s3", "Money S3"),
    Entry("sage_intacct", "Sage Intacct"),
    Entry("wave", "Wave"),
    Entry("freeagent", "FreeAgent"),
    Entry("sap_s4hana_cloud", "SAP S/4HANA Cloud"),
    Entry("acumatica", "Acumatica"),
    Entry("freshbooks", "FreshBooks"),
    Entry("accountedge", "AccountEdge"),
    Entry("patriot", "Patriot"),
    Entry("kashoo", "Kashoo"),
    Entry("zoho_books", "Zoho Books"),
    Entry("bill_com", "Bill.com"),
    Entry("myob", "MYOB"),
    Entry("oneup", "OneUp"),
    Entry("dynamics_365", "Dynamics 365 Business Central"),
    Entry("reckon_one", "Reckon One"),
)


class UnknownPlatform(LookupError):
    """No platform has that slug."""


def connector_class(slug: str) -> type[Connector]:
    """Raises `UnknownPlatform`."""
    if slug not in slugs():
        raise UnknownPlatform(f"There is no platform {slug!r}: {', '.join(slugs())}.")
    module = import_module(f"connectors.{slug}.connector")
    found: type[Connector] = module.CONNECTOR
    if not issubclass(found, Connector):
        raise TypeError(f"connectors.{slug}.connector.CONNECTOR is not a Connector.")
    return found


def slugs() -> tuple[str, ...]:
    return tuple(entry.slug for entry in PLATFORMS)


def label(slug: str) -> str:
    return next((e.label for e in PLATFORMS if e.slug == slug), slug)

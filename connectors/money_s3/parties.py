"""Who a document is for. Money S3 finds the company by its IC and then keeps its own
address; without a match it makes the company."""

from connectors.money_s3.tree import Node, leaf, node
from connectors.records import Address, Party

CZECHOSLOVAK = ("", "CZ", "SK")
WEIGHTS = range(8, 1, -1)


def party(name: str, found: Party | None) -> Node:
    """`DodOdb`; only the name where no more is known."""
    if found is None:
        return node("DodOdb", leaf("ObchNazev", name), leaf("FaktNazev", name))
    return node("DodOdb", *_details(name or found.name, found))


def payer(name: str, found: Party | None) -> Node:
    """`Adresa` of a payment: enough to know the company by."""
    return node(
        "Adresa",
        leaf("ObchNazev", name or (found.name if found else "")),
        leaf("ICO", company_number(found) if found else ""),
        leaf("KodPartn", found.code if found else ""),
    )


def _details(name: str, found: Party) -> list[Node | None]:
    mail = found.email if len(found.email) <= 50 else ""
    return [
        leaf("ObchNazev", name),
        _address("ObchAdresa", found.address),
        leaf("FaktNazev", name),
        leaf("ICO", company_number(found)),
        leaf("DIC", tax_number(found)),
        _address("FaktAdresa", found.address),
        leaf("EMail", mail),
        leaf("PlatceDPH", bool(tax_number(found))),
        leaf("FyzOsoba", not company_number(found) and not tax_number(found)),
        leaf("KodPartn", found.code),
    ]


def _address(name: str, address: Address) -> Node | None:
    made = node(
        name,
        leaf("Ulice", " ".join(address.street.split())),
        leaf("Misto", address.city),
        leaf("PSC", address.postcode),
        leaf("KodStatu", address.country.upper()),
    )
    return made if len(made) else None


def company_number(found: Party) -> str:
    """The IC. Registers of other countries have other numbers, which Money S3 would
    take for one."""
    if found.address.country.upper() not in CZECHOSLOVAK:
        return ""
    return "".join(found.company_number.split())


def tax_number(found: Party) -> str:
    return "".join(found.tax_number.split()).upper()


def is_company_number(text: str) -> bool:
    """Eight digits, the last of which checks the others (modulo 11)."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(c) for c in text]
    total = sum(w * d for w, d in zip(WEIGHTS, digits, strict=False))
    return digits[7] == (11 - total % 11) % 10

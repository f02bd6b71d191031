"""Documents, cards and payments as rows of AccountEdge's import files: by the keys of
their columns, one row a line. Our reference stands in the memo, or in a card's notes,
so that what we have written is known again."""

from collections.abc import Iterator

from connectors.accountedge.settings import Style, amount
from connectors.amounts import line_taxes, quantity_and_price
from connectors.files import FileParty, FilePayment
from connectors.records import (
    Document,
    DocumentKind,
    Line,
    Party,
    PaymentDirection,
)

Row = dict[str, str]
ACTIVE = "N"
NOT_PRINTED = "A"
# Their number for "in a given number of days".
IN_DAYS = "2"
INVOICE, BILL = "I", "B"
# Between last and first name, in what a person's card is known by.
PERSON = " | "


def card(given: FileParty, style: Style) -> Row:
    party = given.party
    address = party.address
    return {
        "colastname": party.name,
        "cardid": party.code,
        "cardstatus": ACTIVE,
        "addr1line1": style.text(address.street),
        "city": style.text(address.city),
        "state": style.text(address.region),
        "zipcode": style.text(address.postcode),
        "country": style.text(address.country),
        # A plus sign would make a formula of it.
        "phoneno1": style.text(party.phone.replace("+", "00", 1)),
        "email": style.text(party.email),
        "notes": given.reference,
    }


def key_of(party: Party, style: Style) -> str:
    return (party.code if style.by_card else "") or party.name


def sale(document: Document, style: Style, *, with_items: bool) -> Iterator[Row]:
    head = {
        **_who(document, style),
        "invoiceno": document.number,
        "customerpo": style.text(document.job_code, 20),
        "salestatus": INVOICE,
        **_common(document, style),
    }
    sign = -1 if document.kind is DocumentKind.CREDIT_NOTE else 1
    for line, tax in zip(document.lines, line_taxes(document), strict=True):
        net, gross = amount(sign * line.net), amount(sign * (line.net + tax))
        if with_items:
            yield head | _item(line, style, sign) | {"total": net, "inctaxtotal": gross}
        else:
            yield head | _service(line, style) | {"amount": net, "inctaxamount": gross}


def purchase(document: Document, style: Style) -> Iterator[Row]:
    """The program numbers purchases itself; the supplier's number has its own
    column."""
    head = {
        **_who(document, style),
        "supplierinvoiceno": document.number,
        "purchasestatus": BILL,
        **_common(document, style),
    }
    for line, tax in zip(document.lines, line_taxes(document), strict=True):
        amounts = {
            "amount": amount(line.net),
            "inctaxamount": amount(line.net + tax),
        }
        yield head | _service(line, style) | amounts


def payment(paid: FilePayment, style: Style) -> Iterator[Row]:
    """A row for each document that it settles, and one for what is left."""
    given = paid.payment
    left = given.amount
    head = _paid_head(paid, style)
    for each in given.allocations:
        number = paid.numbers.get(each.document_id, each.document_id)
        left -= each.amount
        yield _share(head, given.direction, number, amount(each.amount))
    if left > 0:
        yield _share(head, given.direction, "", amount(left))


def _paid_head(paid: FilePayment, style: Style) -> Row:
    given = paid.payment
    memo = style.text(given.reference, 200)
    head = {"memo": f"{memo}; {paid.reference}"}
    if paid.party is not None:
        known = given.party_id or key_of(paid.party, style)
        head |= _named(paid.party.name, known, style)
    if given.direction is PaymentDirection.MADE:
        return head | {
            "account": given.bank_account_id,
            "date": style.day(given.date),
        }
    return head | {
        "depositaccount": given.bank_account_id,
        "idno": paid.reference.removeprefix("FinSync-")[:8],
        "receiptdate": style.day(given.date),
        "paymentmethod": style.text(given.method, 20),
    }


def _share(head: Row, direction: PaymentDirection, number: str, share: str) -> Row:
    is_made = direction is PaymentDirection.MADE
    key = "supplierinvoiceno" if is_made else "invoiceno"
    return head | {key: number, "amountapplied": share}


def _who(document: Document, style: Style) -> Row:
    """A card that is there may have another name than our contact."""
    code = document.party.code if document.party else ""
    known = document.party_id or (code if style.by_card else "")
    return _named(document.party_name, known, style)


def _named(name: str, known: str, style: Style) -> Row:
    """Of a person the program keeps the first name apart."""
    if style.by_card:
        return {"colastname": name, "cardid": known}
    last, _, first = (known or name).partition(PERSON)
    return {"colastname": last, "firstname": first}


def _common(document: Document, style: Style) -> Row:
    found = {
        "date": style.day(document.date),
        "deliverystatus": NOT_PRINTED,
        "journalmemo": f"{_memo(document, style)}; {document.reference}",
    }
    if document.due_date is not None:
        days = max(0, (document.due_date - document.date).days)
        found |= {"termspaymentisdue": IN_DAYS, "balanceduedays": str(days)}
    return found


def _memo(document: Document, style: Style) -> str:
    if document.kind is DocumentKind.CREDIT_NOTE:
        return style.text(f"Credit of {document.credited_number}".strip(), 200)
    word = "Purchase" if document.kind is DocumentKind.SUPPLIER_INVOICE else "Sale"
    return style.text(f"{word}; {document.party_name}", 200)


def _service(line: Line, style: Style) -> Row:
    count = "" if line.quantity == 1 else f"{line.quantity.normalize():f} x "
    return {
        "description": style.text(f"{count}{line.text}"),
        "accountno": line.account_id,
        "taxcode": line.tax_code_id,
    }


def _item(line: Line, style: Style, sign: int) -> Row:
    quantity, price = quantity_and_price(line, price_places=4, quantity_places=3)
    return {
        "itemnumber": line.product_code,
        "quantity": f"{sign * quantity:f}",
        "price": f"{price:f}",
        "description": style.text(line.text),
        "taxcode": line.tax_code_id,
    }

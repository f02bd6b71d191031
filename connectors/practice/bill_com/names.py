"""Bill.com's ids: three letters that tell the kind, and a number, in 20 characters."""

from ..books import Direction, Kind, Role

CUSTOMER, VENDOR, ACCOUNT, ITEM = "0cu", "009", "0ca", "0ii"
INVOICE_LINE, RECEIPT, PAYOUT = "0ie", "0rp", "stp"
PARTIES = {Role.CUSTOMER: CUSTOMER, Role.SUPPLIER: VENDOR}
DOCUMENTS = {
    Kind.SALES_INVOICE: "00e",
    Kind.CREDIT_NOTE: "0cm",
    Kind.SUPPLIER_INVOICE: "00n",
}
PAYMENTS = {Direction.RECEIVED: RECEIPT, Direction.MADE: PAYOUT}
ORGANISATION = "00801PRACTICELEDGER1"
USER_ID = "00601PRACTICELEDGER1"
_DIGITS = 17


def wire(prefix: str, id: str) -> str:
    return f"{prefix}{id:0>{_DIGITS}}" if id else ""


def own(prefix: str, told: object) -> str:
    """The books' id in one of Bill.com's; empty where it is another kind's, or none."""
    text = str(told or "")
    digits = text.removeprefix(prefix)
    is_one = text.startswith(prefix) and len(digits) == _DIGITS and digits.isdigit()
    return str(int(digits)) if is_one else ""

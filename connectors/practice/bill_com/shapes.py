"""Which members Bill.com's objects take, by its reference and its collection."""

from ..shape import Shape, anything, day, flag, inner, many, number, text, word

NUMBER = text(21)
NOTE = text(4000)
_TYPES = ("CASH", "CHECK", "CREDIT_CARD", "ACH", "PAYPAL", "OTHER")
_VOIDS = ("VOID_ONLY", "VOID_AND_CREDIT", "VOID_AND_REISSUE", "VOID_AND_REISSUE_VCARD")
CLASSIFIED = Shape(
    {
        "chartOfAccountId": text(),
        "itemId": text(),
        "accountingClassId": anything,
        "departmentId": anything,
        "employeeId": anything,
        "jobId": anything,
        "locationId": anything,
        "customerId": anything,
    }
)
SOLD = Shape(
    {
        "id": text(),
        "quantity": number(),
        "price": number(2),
        "description": NOTE,
        "taxable": flag,
        "classifications": inner(CLASSIFIED),
    },
    needs=("quantity", "price"),
)
BOUGHT = Shape(
    {
        "id": text(),
        "amount": number(2),
        "quantity": number(),
        "price": number(),
        "description": NOTE,
        "classifications": inner(CLASSIFIED),
    },
    needs=("amount",),
)
INVOICE = Shape(
    {
        "customer": inner(Shape({"id": text()}, needs=("id",))),
        "invoiceNumber": NUMBER,
        "invoiceDate": day,
        "dueDate": day,
        "invoiceLineItems": many(SOLD),
        "processingOptions": inner(Shape({"sendEmail": flag})),
        "salesTaxItemId": text(),
        "payToChartOfAccountId": text(),
        "classifications": inner(CLASSIFIED),
    },
    needs=("customer", "invoiceLineItems"),
)
CREDIT_MEMO = Shape(
    {
        "customerId": text(),
        "referenceNumber": NUMBER,
        "creditDate": day,
        "creditMemoLineItems": many(SOLD),
        "description": NOTE,
        "salesTaxItemId": text(),
        "payToChartOfAccountId": text(),
        "payToBankAccountId": text(),
        "classifications": inner(CLASSIFIED),
    },
    needs=("customerId", "referenceNumber", "creditDate", "creditMemoLineItems"),
)
BILL = Shape(
    {
        "vendorId": text(),
        "dueDate": day,
        "invoice": inner(
            Shape(
                {"invoiceNumber": NUMBER, "invoiceDate": day},
                needs=("invoiceNumber", "invoiceDate"),
            )
        ),
        "billLineItems": many(BOUGHT),
        "description": NOTE,
        "payFromChartOfAccountId": text(),
        "purchaseOrderNumber": text(),
        "classifications": inner(CLASSIFIED),
    },
    needs=("vendorId", "dueDate", "invoice", "billLineItems"),
)
ADDRESS = Shape(
    {
        "line1": text(),
        "line2": text(),
        "city": text(),
        "stateOrProvince": text(),
        "zipOrPostalCode": text(),
        "country": text(2),
    },
    needs=("line1", "city", "zipOrPostalCode", "country"),
)
_PARTY = {
    "name": text(100),
    "email": text(),
    "phone": text(40),
    "accountNumber": text(),
    "accountType": word("BUSINESS", "PERSON", "NONE"),
}
CUSTOMER = Shape(
    {
        **_PARTY,
        "companyName": text(),
        "contact": anything,
        "description": text(),
        "invoiceCurrency": text(3),
        "paymentTermId": text(),
        "billingAddress": inner(ADDRESS),
        "shippingAddress": inner(ADDRESS),
    },
    needs=("name", "email"),
)
VENDOR = Shape(
    {
        **_PARTY,
        "shortName": text(),
        "billCurrency": text(3),
        "address": inner(ADDRESS),
        "paymentInformation": anything,
        "additionalInfo": anything,
        "autoPay": anything,
    },
    needs=("name", "address"),
)
# Bill.com's own sample sends these amounts as text.
_AMOUNT = number(2, quoted=True)
RECEIPT = Shape(
    {
        "customerId": text(),
        "paymentDate": day,
        "paymentType": word(*_TYPES),
        "amount": _AMOUNT,
        "description": NOTE,
        "invoices": many(
            Shape({"id": text(), "amount": _AMOUNT}, needs=("id", "amount"))
        ),
    },
    needs=("paymentDate", "paymentType", "amount", "invoices"),
)
PAYOUT = Shape(
    {
        "vendorId": text(),
        "processDate": day,
        "toPrintCheck": flag,
        "payments": many(
            Shape(
                {"billId": text(), "amount": number(2), "vendorCredits": anything},
                needs=("billId", "amount"),
            )
        ),
        "description": text(),
        "syncReference": text(),
        "allowExport": flag,
        "classifications": inner(CLASSIFIED),
    },
    needs=("vendorId", "processDate", "toPrintCheck", "payments"),
)
VOIDING = Shape(
    {"type": word(*_VOIDS), "reason": text()},
    needs=("type", "reason"),
)
LOGIN = Shape(
    {
        "username": text(),
        "password": text(),
        "organizationId": text(),
        "devKey": text(),
        "rememberMeId": text(),
        "device": text(),
    },
    needs=("username", "password", "organizationId", "devKey"),
)

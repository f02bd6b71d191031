"""The GraphQL documents that are sent to Wave; none asks beyond its schema."""

INVOICE_FIELDS = """
fragment invoiceFields on Invoice {
  id status invoiceNumber memo invoiceDate dueDate exchangeRate modifiedAt
  lastSentAt lastSentVia viewUrl
  currency { code } customer { id name }
  total { value } taxTotal { value } amountDue { value } amountPaid { value }
}"""

ITEM_FIELDS = """
fragment itemFields on InvoiceItem {
  description quantity price subtotal { value } product { id } account { id }
  taxes { amount { value } salesTax { id } }
}"""

PAYMENT_FIELDS = """
fragment paymentFields on InvoicePayment {
  id amount paymentDate paymentMethod memo modifiedAt account { id }
}"""

PAGE = "pageInfo { currentPage totalPages }"

USER = "query { user { id } }"

BUSINESSES = f"""query ($page: Int!, $size: Int!) {{
  businesses(page: $page, pageSize: $size) {{ {PAGE} edges {{ node {{
    id name isClassicAccounting isClassicInvoicing isArchived currency {{ code }}
    address {{ country {{ code }} }}
  }} }} }}
}}"""

BUSINESS = """query ($business: ID!) { business(id: $business) {
  id name isClassicAccounting isClassicInvoicing isArchived currency { code }
  address { country { code } }
} }"""

_CUSTOMER = """id name email phone isArchived currency { code }
    address { addressLine1 city postalCode country { code } }"""

CUSTOMERS = f"""query ($business: ID!, $page: Int!, $size: Int!) {{
  business(id: $business) {{ customers(page: $page, pageSize: $size) {{
    {PAGE} edges {{ node {{ {_CUSTOMER} }} }} }} }}
}}"""

CUSTOMER = f"""query ($business: ID!, $id: ID!) {{
  business(id: $business) {{ customer(id: $id) {{ {_CUSTOMER} }} }}
}}"""

ACCOUNTS = f"""query (
  $business: ID!, $page: Int!, $size: Int!, $subtypes: [AccountSubtypeValue!]
) {{
  business(id: $business) {{ accounts(
    page: $page, pageSize: $size, subtypes: $subtypes, isArchived: false
  ) {{ {PAGE} edges {{ node {{
    id name displayId isArchived balanceInBusinessCurrency currency {{ code }}
    type {{ value }} subtype {{ value }}
  }} }} }} }}
}}"""

SALES_TAXES = f"""query ($business: ID!, $page: Int!, $size: Int!) {{
  business(id: $business) {{ salesTaxes(page: $page, pageSize: $size) {{
    {PAGE} edges {{ node {{ id name abbreviation rate isArchived }} }} }} }}
}}"""

PRODUCTS = f"""query ($business: ID!, $page: Int!, $size: Int!) {{
  business(id: $business) {{ products(page: $page, pageSize: $size) {{
    {PAGE} edges {{ node {{
      id name isSold isArchived incomeAccount {{ id }} expenseAccount {{ id }}
    }} }} }} }}
}}"""

INVOICE = f"""query ($business: ID!, $id: ID!) {{
  business(id: $business) {{ invoice(id: $id) {{
    ...invoiceFields items {{ ...itemFields }}
  }} }}
}}{INVOICE_FIELDS}{ITEM_FIELDS}"""

INVOICES = f"""query (
  $business: ID!, $page: Int!, $size: Int!, $start: Date, $end: Date
) {{
  business(id: $business) {{ invoices(
    page: $page, pageSize: $size, sort: [CREATED_AT_ASC],
    invoiceDateStart: $start, invoiceDateEnd: $end
  ) {{ {PAGE} edges {{ node {{ ...invoiceFields }} }} }} }}
}}{INVOICE_FIELDS}"""

PAID_INVOICES = f"""query ($business: ID!, $page: Int!, $size: Int!) {{
  business(id: $business) {{ invoices(
    page: $page, pageSize: $size, sort: [CREATED_AT_ASC]
  ) {{ {PAGE} edges {{ node {{
    id currency {{ code }} customer {{ id }} payments {{ ...paymentFields }}
  }} }} }} }}
}}{PAYMENT_FIELDS}"""

CHANGED_INVOICES = f"""query (
  $business: ID!, $page: Int!, $size: Int!, $since: DateTime!
) {{
  business(id: $business) {{ invoices(
    page: $page, pageSize: $size, sort: [MODIFIED_AT_ASC], modifiedAtAfter: $since
  ) {{ {PAGE} edges {{ node {{
    ...invoiceFields payments {{ ...paymentFields }}
  }} }} }} }}
}}{INVOICE_FIELDS}{PAYMENT_FIELDS}"""


def numbered(count: int) -> str:
    """Invoices of several numbers in one query, answered as `n0`, `n1`, ..."""
    places = range(count)
    told = "".join(f", $number{place}: String!" for place in places)
    asked = "\n".join(
        f"n{place}: invoices(page: 1, pageSize: 10, invoiceNumber: $number{place}) "
        "{ edges { node { ...invoiceFields } } }"
        for place in places
    )
    return (
        f"query ($business: ID!{told}) {{ business(id: $business) {{\n{asked}\n}} }}"
        f"{INVOICE_FIELDS}"
    )


def mutation(name: str, answer: str, fragments: str = "") -> str:
    """All of Wave's mutations have one input and answer in one form."""
    kind = name[0].upper() + name[1:]
    return (
        f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ "
        f"didSucceed inputErrors {{ path message code }} {answer} }} }}{fragments}"
    )


_INVOICE_ANSWER = "invoice { ...invoiceFields }"
MUTATIONS = {
    "customerCreate": mutation("customerCreate", f"customer {{ {_CUSTOMER} }}"),
    "productCreate": mutation(
        "productCreate",
        "product { id name isArchived incomeAccount { id } expenseAccount { id } }",
    ),
    **{
        name: mutation(name, _INVOICE_ANSWER, INVOICE_FIELDS)
        for name in ("invoiceCreate", "invoicePatch", "invoiceApprove")
    },
    "invoiceMarkSent": mutation("invoiceMarkSent", _INVOICE_ANSWER, INVOICE_FIELDS),
    "invoiceDelete": mutation("invoiceDelete", ""),
    "invoicePaymentCreateManual": mutation(
        "invoicePaymentCreateManual",
        "invoicePayment { ...paymentFields }",
        PAYMENT_FIELDS,
    ),
    "invoicePaymentDelete": mutation("invoicePaymentDelete", ""),
    "moneyTransactionCreate": mutation("moneyTransactionCreate", "transaction { id }"),
}

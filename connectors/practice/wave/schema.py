"""What this practice ledger knows of Wave's schema. What is not in it is refused."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, build_schema

TEXT = """
scalar Date
scalar DateTime
scalar Decimal
scalar URL

enum CurrencyCode { AUD CAD CHF EUR GBP INR JPY NZD USD ZAR }
enum CountryCode {
  AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN
  BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
  DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL
  GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM
  JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
  MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP
  NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD
  SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
  TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
}
enum AccountTypeValue { ASSET EQUITY EXPENSE INCOME LIABILITY }
enum AccountSubtypeValue {
  CASH_AND_BANK MONEY_IN_TRANSIT RECEIVABLE RECEIVABLE_INVOICES PAYABLE PAYABLE_BILLS
  PROPERTY_PLANT_EQUIPMENT SALES_TAX INCOME OTHER_INCOME EXPENSE COST_OF_GOODS_SOLD
  OTHER_LONG_TERM_LIABILITY RETAINED_EARNINGS
}
enum InvoiceStatus { DRAFT SAVED UNPAID SENT VIEWED PARTIAL PAID OVERDUE OVERPAID }
enum InvoiceCreateStatus { DRAFT SAVED }
enum InvoicePatchStatus { DRAFT SAVED }
enum InvoiceSendMethod {
  EXPORT_PDF GMAIL MARKED_SENT NOT_SENT OUTLOOK SHARED_LINK SKIPPED WAVE YAHOO
}
enum InvoicePaymentMethod {
  BANK_TRANSFER CASH CHEQUE CREDIT_CARD OTHER PAYPAL UNSPECIFIED
}
enum InvoiceSort {
  CREATED_AT_ASC CREATED_AT_DESC MODIFIED_AT_ASC MODIFIED_AT_DESC
  INVOICE_DATE_ASC INVOICE_DATE_DESC
}
enum CustomerSort { NAME_ASC NAME_DESC MODIFIED_AT_ASC MODIFIED_AT_DESC }
enum ProductSort { NAME_ASC NAME_DESC MODIFIED_AT_ASC MODIFIED_AT_DESC }
enum TransactionDirection { DEPOSIT WITHDRAWAL }
enum BalanceType { CREDIT DEBIT INCREASE DECREASE }

type OffsetPageInfo { currentPage: Int! totalPages: Int totalCount: Int }
type Currency { code: CurrencyCode! }
type Country { code: CountryCode! }
type Money { raw: Decimal! value: String! currency: Currency! }
type Address {
  addressLine1: String addressLine2: String city: String postalCode: String
  country: Country
}
type InputError { path: [String!] message: String code: String }
type User { id: ID! defaultEmail: String }

type AccountType { name: String! value: AccountTypeValue! }
type AccountSubtype { name: String! value: AccountSubtypeValue! }
type Account {
  id: ID! name: String! displayId: String isArchived: Boolean! currency: Currency!
  balance: Decimal balanceInBusinessCurrency: Decimal
  type: AccountType! subtype: AccountSubtype!
}
type Customer {
  id: ID! name: String! email: String phone: String isArchived: Boolean
  currency: Currency address: Address createdAt: DateTime! modifiedAt: DateTime!
}
type Vendor { id: ID! name: String! email: String isArchived: Boolean }
type SalesTax {
  id: ID! name: String! abbreviation: String! rate: Decimal! isArchived: Boolean!
}
type Product {
  id: ID! name: String! description: String unitPrice: Decimal! isSold: Boolean!
  isBought: Boolean! isArchived: Boolean! incomeAccount: Account
  expenseAccount: Account
}
type InvoiceItemTax { amount: Money! salesTax: SalesTax! }
type InvoiceItem {
  description: String quantity: Decimal! price: Decimal! account: Account
  product: Product! subtotal: Money! total: Money! taxes: [InvoiceItemTax!]!
}
type InvoicePayment {
  id: ID! amount: Decimal! paymentDate: Date! paymentMethod: InvoicePaymentMethod
  memo: String exchangeRate: Decimal createdAt: DateTime! modifiedAt: DateTime!
  account: Account customer: Customer invoice: Invoice
}
type Invoice {
  id: ID! status: InvoiceStatus! title: String! invoiceNumber: String! poNumber: String
  invoiceDate: Date! dueDate: Date! memo: String footer: String pdfUrl: URL!
  viewUrl: URL! exchangeRate: Decimal! createdAt: DateTime! modifiedAt: DateTime!
  lastSentAt: DateTime lastSentVia: InvoiceSendMethod currency: Currency!
  customer: Customer! taxTotal: Money! total: Money! amountDue: Money!
  amountPaid: Money! items: [InvoiceItem!] payments: [InvoicePayment]
}
type Transaction { id: ID! }

type BusinessEdge { node: Business }
type BusinessConnection { pageInfo: OffsetPageInfo! edges: [BusinessEdge!]! }
type AccountEdge { node: Account }
type AccountConnection { pageInfo: OffsetPageInfo! edges: [AccountEdge!]! }
type CustomerEdge { node: Customer }
type CustomerConnection { pageInfo: OffsetPageInfo! edges: [CustomerEdge!]! }
type VendorEdge { node: Vendor }
type VendorConnection { pageInfo: OffsetPageInfo! edges: [VendorEdge!]! }
type ProductEdge { node: Product }
type ProductConnection { pageInfo: OffsetPageInfo! edges: [ProductEdge!]! }
type SalesTaxEdge { node: SalesTax }
type SalesTaxConnection { pageInfo: OffsetPageInfo! edges: [SalesTaxEdge!]! }
type InvoiceEdge { node: Invoice }
type InvoiceConnection { pageInfo: OffsetPageInfo! edges: [InvoiceEdge!]! }

type Business {
  id: ID! name: String! isClassicAccounting: Boolean! isClassicInvoicing: Boolean!
  isArchived: Boolean! currency: Currency! address: Address
  customer(id: ID!): Customer
  invoice(id: ID!): Invoice
  accounts(
    page: Int, pageSize: Int, types: [AccountTypeValue!]
    subtypes: [AccountSubtypeValue!], isArchived: Boolean
  ): AccountConnection
  customers(
    page: Int, pageSize: Int, sort: [CustomerSort!]! = [NAME_ASC], email: String
    modifiedAtAfter: DateTime
  ): CustomerConnection
  vendors(page: Int, pageSize: Int, email: String): VendorConnection
  products(
    page: Int, pageSize: Int, sort: [ProductSort!]! = [NAME_ASC], isSold: Boolean
    isArchived: Boolean
  ): ProductConnection
  salesTaxes(page: Int, pageSize: Int, isArchived: Boolean): SalesTaxConnection
  invoices(
    page: Int, pageSize: Int, sort: [InvoiceSort!]! = [CREATED_AT_DESC]
    status: InvoiceStatus, customerId: ID, invoiceDateStart: Date
    invoiceDateEnd: Date, modifiedAtAfter: DateTime, invoiceNumber: String
  ): InvoiceConnection
}

type Query {
  user: User
  businesses(page: Int, pageSize: Int): BusinessConnection
  business(id: ID): Business
}

input AddressInput {
  addressLine1: String addressLine2: String city: String postalCode: String
  countryCode: CountryCode
}
input CustomerCreateInput {
  businessId: ID! name: String! firstName: String lastName: String email: String
  phone: String currency: CurrencyCode address: AddressInput
}
input ProductCreateInput {
  businessId: ID! name: String! description: String unitPrice: Decimal!
  defaultSalesTaxIds: [ID!] incomeAccountId: ID expenseAccountId: ID
}
input InvoiceCreateItemTaxInput { salesTaxId: ID! amount: Decimal }
input InvoiceCreateItemInput {
  productId: ID! description: String quantity: Decimal = "1" unitPrice: Decimal
  taxes: [InvoiceCreateItemTaxInput!]
}
input InvoiceCreateInput {
  businessId: ID! customerId: ID! status: InvoiceCreateStatus! = DRAFT
  currency: CurrencyCode title: String invoiceNumber: String poNumber: String
  invoiceDate: Date dueDate: Date exchangeRate: Decimal
  items: [InvoiceCreateItemInput!] memo: String footer: String
}
input InvoicePatchInput {
  id: ID! customerId: ID status: InvoicePatchStatus currency: CurrencyCode
  invoiceNumber: String poNumber: String invoiceDate: Date dueDate: Date
  exchangeRate: Decimal items: [InvoiceCreateItemInput!] memo: String footer: String
}
input InvoiceApproveInput { invoiceId: ID! }
input InvoiceDeleteInput { invoiceId: ID! }
input InvoiceMarkSentInput {
  invoiceId: ID! sendMethod: InvoiceSendMethod! sentAt: DateTime
}
input InvoicePaymentCreateManualInput {
  invoiceId: ID! paymentAccountId: ID! amount: Decimal! paymentDate: Date!
  paymentMethod: InvoicePaymentMethod! exchangeRate: Decimal! memo: String
}
input InvoicePaymentDeleteInput { id: ID! }
input MoneyTransactionCreateAnchorInput {
  accountId: ID! amount: Decimal! direction: TransactionDirection!
}
input MoneyTransactionCreateSalesTaxInput { salesTaxId: ID! amount: Decimal! }
input MoneyTransactionCreateLineItemInput {
  accountId: ID! amount: Decimal! balance: BalanceType! customerId: ID
  description: String taxes: [MoneyTransactionCreateSalesTaxInput!]
}
input MoneyTransactionCreateInput {
  businessId: ID! externalId: String! date: Date! description: String! notes: String
  anchor: MoneyTransactionCreateAnchorInput!
  lineItems: [MoneyTransactionCreateLineItemInput!]!
}
"""
OUTPUTS = {
    "customerCreate": "customer: Customer",
    "productCreate": "product: Product",
    "invoiceCreate": "invoice: Invoice",
    "invoicePatch": "invoice: Invoice",
    "invoiceApprove": "invoice: Invoice",
    "invoiceMarkSent": "invoice: Invoice",
    "invoiceDelete": "",
    "invoicePaymentCreateManual": "invoicePayment: InvoicePayment",
    "invoicePaymentDelete": "",
    "moneyTransactionCreate": "transaction: Transaction",
}


def make_schema() -> GraphQLSchema:
    schema = build_schema(TEXT + _mutations())
    for name, parse in (("Decimal", _decimal), ("Date", _day), ("DateTime", _moment)):
        scalar = schema.type_map[name]
        if isinstance(scalar, GraphQLScalarType):
            scalar.parse_value = parse  # type: ignore[method-assign] # so it is meant
            scalar.serialize = _written  # type: ignore[method-assign] # as above
    return schema


def _mutations() -> str:
    outputs, calls = [], []
    for name, answer in OUTPUTS.items():
        kind = name[0].upper() + name[1:]
        calls.append(f"{name}(input: {kind}Input!): {kind}Output")
        outputs.append(
            f"type {kind}Output {{ didSucceed: Boolean! inputErrors: [InputError!] "
            f"{answer} }}"
        )
    return "\n".join((*outputs, "type Mutation {", *calls, "}"))


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise GraphQLError(f"Decimal cannot represent value: {value!r}")
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise GraphQLError(f"Decimal cannot represent value: {value!r}") from error
    if not found.is_finite():
        raise GraphQLError(f"Decimal cannot represent value: {value!r}")
    return found


def _day(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"Date cannot represent value: {value!r}") from error


def _moment(value: Any) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"DateTime cannot represent value: {value!r}") from error
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _written(value: Any) -> str:
    if isinstance(value, dt.datetime):
        moment = value.astimezone(dt.UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)

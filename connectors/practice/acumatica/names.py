"""What Acumatica calls the members of its records that addresses and filters use."""

_NUMBERED = ("Invoice", "SalesInvoice", "Bill", "Payment", "Check")
# The members that make a record's keys, in the order of the address.
KEYS = {
    **dict.fromkeys(_NUMBERED, ("Type", "ReferenceNbr")),
    "Customer": ("CustomerID",),
    "Vendor": ("VendorID",),
    "Account": ("AccountCD",),
    "TaxCategory": ("TaxCategoryID",),
    "PaymentMethod": ("PaymentMethodID",),
    "NonStockItem": ("InventoryID",),
}
_DOCUMENT = ("Type", "ReferenceNbr", "Date", "Description", "LastModifiedDateTime")
_PAID = ("Type", "ReferenceNbr", "ApplicationDate", "LastModifiedDateTime")
# What may be asked for where there is no record yet.
FIELDS = {
    "Invoice": (*_DOCUMENT, "CustomerOrder", "Customer"),
    "SalesInvoice": (*_DOCUMENT, "CustomerOrder", "CustomerID"),
    "Bill": (*_DOCUMENT, "VendorRef", "Vendor"),
    "Payment": (*_PAID, "ExternalRef", "CustomerID"),
    "Check": (*_PAID, "Description", "Vendor"),
}

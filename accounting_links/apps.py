from django.apps import AppConfig


class AccountingLinksConfig(AppConfig):
    name = "accounting_links"
    verbose_name = "Accounting links"

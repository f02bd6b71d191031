from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountingLinksConfig(AppConfig):
    name = "accounting_links"
    verbose_name = "Accounting links"

    def ready(self) -> None:
        from accounting_links.permissions import make_roles

        post_migrate.connect(make_roles, sender=self, dispatch_uid="finsync_roles")

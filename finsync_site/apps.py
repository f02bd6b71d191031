from django.apps import AppConfig


class FinsyncSiteConfig(AppConfig):
    name = "finsync_site"
    label = "finsync_site"
    verbose_name = "FinSync"

    def ready(self) -> None:
        from finsync_site import checks  # noqa: F401  # registers them

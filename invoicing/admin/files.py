"""Who may take master data in and out as files."""

from typing import Any

from django.http import HttpRequest


class FilePermissions:
    """Importing needs what adding and changing need, exporting what viewing needs;
    import-export by itself asks for nothing."""

    opts: Any

    def has_import_permission(self, request: HttpRequest) -> bool:
        return all(
            request.user.has_perm(
                f"{self.opts.app_label}.{verb}_{self.opts.model_name}"
            )
            for verb in ("add", "change")
        )

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_or_change_permission(request))  # type: ignore[attr-defined]  # a mixin

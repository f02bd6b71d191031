"""How Unfold shows the admin: names, colours, the sidebar, the dashboard."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static


def _favicon(request: HttpRequest) -> str:
    return static("finsync/favicon.svg")


def _style(request: HttpRequest) -> str:
    return static("finsync/site.css")


def unfold() -> dict[str, Any]:
    return {
        "SITE_TITLE": "FinSync",
        "SITE_HEADER": "FinSync",
        "SITE_SUBHEADER": "Documents and books, the same",
        "SITE_SYMBOL": "sync_alt",
        "SITE_URL": None,
        "SITE_FAVICONS": [
            {"rel": "icon", "type": "image/svg+xml", "href": _favicon},
        ],
        "STYLES": [_style],
        "ENVIRONMENT": "finsync_site.context.environment_badge",
        "ENVIRONMENT_TITLE_PREFIX": "finsync_site.context.title_prefix",
        "DASHBOARD_CALLBACK": "finsync_site.dashboard.dashboard",
        "SHOW_BACK_BUTTON": True,
        "COLORS": {"primary": PRIMARY},
        "ACCOUNT": {"navigation": "finsync_site.navigation.account"},
        "SIDEBAR": {
            "show_search": True,
            "command_search": False,
            "show_all_applications": False,
            "navigation": "finsync_site.navigation.sidebar",
        },
    }


PRIMARY = {
    "50": "oklch(97.5% .014 240)",
    "100": "oklch(94.5% .030 240)",
    "200": "oklch(89.5% .060 241)",
    "300": "oklch(82% .105 242)",
    "400": "oklch(72.5% .145 244)",
    "500": "oklch(62% .165 248)",
    "600": "oklch(52.5% .165 252)",
    "700": "oklch(46% .150 254)",
    "800": "oklch(40% .120 256)",
    "900": "oklch(34.5% .095 258)",
    "950": "oklch(26% .070 260)",
}

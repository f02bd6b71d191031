from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# Unfold's pages are driven by Alpine, which evaluates expressions of its
# templates, and set their colours in the page.
POLICY = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
)
# Connect is a form whose answer leads on to the platform's consent page, and a
# browser holds that step to form-action too.
FORM_ACTION = "form-action 'self' https:"
LOOPBACK = " http://127.0.0.1:* http://localhost:*"


class ContentSecurityPolicy:
    """Pages load nothing from elsewhere."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        form_action = FORM_ACTION + (LOOPBACK if settings.FINSYNC_PRACTICE else "")
        self.policy = "; ".join((*POLICY, form_action))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response

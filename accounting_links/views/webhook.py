"""Where vendors knock: no log-in, no session, no CSRF token; the delivery itself has to
prove where it comes from."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounting_links.webhooks import receiving
from connectors.webhooks import Delivery

TOO_LARGE = 413


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, key: str) -> HttpResponse:
    body = _body(request)
    if body is None:
        return HttpResponse(status=TOO_LARGE)
    delivery = Delivery(
        body=body,
        headers={name.lower(): text for name, text in request.headers.items()},
        query=request.GET.dict(),
    )
    answer = receiving.receive(key, delivery)
    return HttpResponse(
        answer.reply.body,
        status=answer.status,
        content_type=answer.reply.content_type,
    )


def _body(request: HttpRequest) -> bytes | None:
    """As it came; None when it is larger than anybody sends."""
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > receiving.LARGEST:
        return None
    body: bytes = request.read(receiving.LARGEST + 1)
    return body if len(body) <= receiving.LARGEST else None

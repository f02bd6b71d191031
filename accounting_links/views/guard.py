"""Every view of ours stands behind the admin's log-in and a permission of its own."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

View = Callable[..., HttpResponse]


def person(request: HttpRequest) -> User:
    """Who asks: behind the log-in there is always somebody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def reads(view: View, permission: str) -> View:
    return guard(view, permission, methods=("GET", "HEAD"))


def acts(view: View, permission: str) -> View:
    """By POST alone; the CSRF check comes with the admin's wrapper."""
    return guard(view, permission, methods=("POST",))


def asks(view: View, permission: str) -> View:
    """GET shows what it would do, POST does it."""
    return guard(view, permission, methods=("GET", "HEAD", "POST"))


def guard(view: View, permission: str, *, methods: tuple[str, ...]) -> View:
    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        if not request.user.has_perm(permission):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    wrapped: View = admin.site.admin_view(inner)
    return wrapped

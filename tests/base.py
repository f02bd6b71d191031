"""Three named people, whom the tests of screens and permissions share."""

from functools import cache

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission, User
from django.test import Client

PASSWORD = "correct horse battery staple"  # for tests alone

BOOKKEEPER = "bea.bookkeeper"
ACCOUNTANT = "anna.accountant"
STRANGER = "sam.stranger"


def bookkeeper() -> User:
    """Does everything with the business's own records and with syncing."""
    user = _staff(BOOKKEEPER)
    return grant(user, *_all_of("invoicing"), *_all_of("accounting_links"))


def accountant() -> User:
    """Sees everything and changes nothing of the business's own records."""
    user = _staff(ACCOUNTANT)
    viewed = [name for name in _all_of("invoicing") if ".view_" in name]
    return grant(user, *viewed, *_all_of("accounting_links"))


def stranger() -> User:
    """May log in, and has no permission at all."""
    return _staff(STRANGER)


def grant(user: User, *names: str) -> User:
    """`names` are like "invoicing.approve_document"; unknown ones are an error."""
    wanted = set(names)
    found = {
        f"{each.content_type.app_label}.{each.codename}": each
        for each in Permission.objects.select_related("content_type")
    }
    if unknown := wanted - set(found):
        raise LookupError(f"There is no permission {', '.join(sorted(unknown))}.")
    user.user_permissions.add(*(found[name] for name in wanted))
    # Permissions are cached on the user.
    return User.objects.get(pk=user.pk)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _staff(username: str) -> User:
    first, last = username.split(".")
    found = User.objects.filter(username=username).first()
    return found or User.objects.create(
        username=username,
        email=f"{username}@example.com",
        password=_hashed(),
        first_name=first.title(),
        last_name=last.title(),
        is_staff=True,
    )


@cache
def _hashed() -> str:
    """Hashing is slow by design; once is enough."""
    return make_password(PASSWORD)


def _all_of(app: str) -> list[str]:
    permissions = Permission.objects.filter(content_type__app_label=app)
    return [f"{app}.{each.codename}" for each in permissions]

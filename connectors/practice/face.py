"""What a platform's face supplies, and how it is found by its slug.

A face is a class in `connectors/practice/<slug>.py` (or the package `<slug>/`), which
exposes it as `FACE`. It puts one vendor's wire protocol over the ledger core:

    class Vendor(Face):
        slug = "vendor"
        title = "Vendor"
        quotas = (Quota("minute", 60, 60, retry_after=True),)
        token_path = r"^/connect/token$"

        @classmethod
        def policies(cls) -> Policies: ...
        def routes(self) -> list[Route]: ...
        def credentials(self, base_url: str) -> dict[str, Any]: ...
        def refusal(self, request: Request, error: LedgerError) -> Response: ...
        def failure(self, request: Request, failure: Failure) -> Response: ...

    FACE = Vendor

The server looks after the rest: faults, quotas, sizes, statistics, control API. All
faces of a platform (consent, identity, API) are routes of the one face; addresses in
answers are built on `request.base_url`. A handler may raise any `LedgerError` (worded
by `refusal`) or `BadBody` (worded by `failure` with status 400), and wraps several
writes in `with self.ledger.store.change():` where the vendor does all or nothing.
"""

import importlib
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .books import Company
from .errors import LedgerError
from .ledger import Ledger
from .oauth import OAuthServer
from .policies import Policies
from .quotas import Quota
from .wire import Request, Response, Route


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that is no refusal of the books, to be worded as the vendor does.

    `reason`: `fault` (an injected status), `quota`, `not_found` (no such path),
    `method` (path known, method not), `body` (unreadable), `too_large`, `crash`.
    `retry_after`: seconds for the header of that name, None to leave it out.
    """

    status: int
    reason: str
    detail: str = ""
    retry_after: float | None = None
    quota: Quota | None = None


class Face(ABC):
    """One set of books seen through one vendor's protocol. Made once per server."""

    slug: ClassVar[str]
    title: ClassVar[str]
    quotas: ClassVar[Sequence[Quota]] = ()
    # Regular expression of the token end points; "" where there is none.
    token_path: ClassVar[str] = ""
    max_body: ClassVar[int] = 20_000_000

    # Set by faces with OAuth2, so that the token faults work without more.
    oauth: OAuthServer | None = None

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @classmethod
    @abstractmethod
    def policies(cls) -> Policies:
        """Ids, unique names and numbers, tax and rounding of this vendor.

        Called once per set of books, for the id scheme counts.
        """

    @classmethod
    def company(cls, name: str) -> Company:
        """The company of fresh books; its `id` is the vendor's id of it."""
        return Company(id="1", name=name)

    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """All paths of the vendor's face."""

    @abstractmethod
    def credentials(self, base_url: str) -> dict[str, Any]:
        """What `connect` needs, with the keys that DESIGN section 6 names.

        Good at once and as long as the vendor's own live; called again it may make
        fresh tokens. `url`, `platform` and `sample` are added by the caller.
        """

    def sample(self) -> dict[str, str]:
        """Ids of ready records as the vendor's API writes them.

        `customer`, `supplier`, `item`, `account`, `expense_account`, `tax_code`,
        `bank`. Override where the wire's id is not the ledger's.
        """
        return dict(self.ledger.recall("sample", {}))

    @abstractmethod
    def refusal(self, request: Request, error: LedgerError) -> Response:
        """A refusal of the books in the vendor's error shape."""

    @abstractmethod
    def failure(self, request: Request, failure: Failure) -> Response:
        """Any other failure in the vendor's error shape, with its status."""

    def cost(self, request: Request) -> int:
        """How many calls a request counts for in the quotas; 0: it is not counted."""
        return 1

    def finished(self, request: Request, response: Response) -> Response:
        """Last touch on every answer: the headers that the vendor always has."""
        return response

    def expire_tokens(self) -> None:
        if self.oauth is not None:
            self.oauth.expire_all()

    def revoke_grants(self) -> None:
        if self.oauth is not None:
            self.oauth.revoke_all()


class UnknownPlatform(LookupError):
    """No practice face of that slug."""


def face_class(slug: str) -> type[Face]:
    """Raises `UnknownPlatform`."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug):
        raise UnknownPlatform(slug)
    name = f"{__package__}.{slug}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise UnknownPlatform(slug) from error
    face = getattr(module, "FACE", None)
    if not (isinstance(face, type) and issubclass(face, Face)):
        raise UnknownPlatform(slug)
    return face

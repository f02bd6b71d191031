"""A caller of a practice face that knows nothing of our connectors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests

from connectors.practice.control import credentials_of
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer

SECONDS = 10


class PlainClient:
    def __init__(self, server: PracticeServer, prefix: str) -> None:
        self.server = server
        self.prefix = f"{server.url}{prefix}"
        self.credentials = credentials_of(server.face, server.url)
        self.sample: dict[str, str] = self.credentials["sample"]
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Accept"] = "application/json"
        token = self.credentials["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        return self.http.request(
            method,
            f"{self.prefix}/{path}",
            json=json,
            headers=dict(headers or {}),
            timeout=SECONDS,
        )

    def documents(self, mark: str) -> list[dict[str, str]]:
        """What the books hold under that number or reference."""
        url = f"{self.server.url}/__practice__/documents"
        rows = self.http.get(url, timeout=SECONDS).json()["documents"]
        return [row for row in rows if mark in (row["number"], row["reference"])]


@contextmanager
def plain_client(slug: str, prefix: str) -> Iterator[PlainClient]:
    with serve(slug, empty=True) as server:
        client = PlainClient(server, prefix)
        with client.http:
            yield client

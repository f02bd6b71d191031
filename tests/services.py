"""Which services the tests can use on this machine."""

import os
import shutil
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379/9"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def required() -> bool:
    return os.environ.get("FINSYNC_REQUIRE_SERVICES") == "1"


def postgres_url() -> str:
    """Of a database that does not exist: the tests make theirs beside it."""
    url = os.environ.get("FINSYNC_TEST_POSTGRES_URL", LOCAL_POSTGRES)
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return ""
    return urlunsplit(urlsplit(url)._replace(path=f"/finsync_{os.getpid()}"))


def redis_url() -> str:
    url = os.environ.get("FINSYNC_TEST_REDIS_URL", LOCAL_REDIS)
    client = redis.Redis.from_url(url, socket_connect_timeout=3)
    try:
        client.ping()
    except redis.RedisError:
        return ""
    finally:
        client.close()
    return url


def chromium() -> str:
    named = os.environ.get("FINSYNC_TEST_CHROMIUM", "")
    if named:
        return named if os.access(named, os.X_OK) else ""
    return next(filter(None, map(shutil.which, BROWSERS)), "")


@dataclass(frozen=True)
class Found:
    postgres: str
    redis: str
    chromium: str

    @property
    def missing(self) -> list[str]:
        named = {
            "PostgreSQL (FINSYNC_TEST_POSTGRES_URL)": self.postgres,
            "Redis (FINSYNC_TEST_REDIS_URL)": self.redis,
            "Chromium (FINSYNC_TEST_CHROMIUM)": self.chromium,
        }
        return [name for name, value in named.items() if not value]

    def report(self) -> list[str]:
        if not self.missing:
            return ["PostgreSQL, Redis and Chromium are here: everything runs."]
        return [f"Not here: {name}. Its tests do not run." for name in self.missing]

    def environment(self) -> dict[str, str]:
        """Empty where it is not there, so that no test asks for it again."""
        return {
            "FINSYNC_TEST_REDIS_URL": self.redis,
            "FINSYNC_TEST_CHROMIUM": self.chromium,
        }


def look() -> Found:
    return Found(postgres=postgres_url(), redis=redis_url(), chromium=chromium())

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from finsync_site.conf import mail, storage

STATE = Path("/state")


def test_the_default_database_is_a_file_in_the_state_folder() -> None:
    found = storage.database(url="", state=STATE)
    assert found["NAME"] == "/state/finsync.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CONN_MAX_AGE"] is None


def test_postgresql_connections_are_checked_before_use() -> None:
    found = storage.database(url="postgres://me:pw@db:5433/books", state=STATE)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db", 5433, "books")
    assert found["CONN_HEALTH_CHECKS"]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:hunter2@db/books",
        "postgres://me:hunter2@db:port/books",
        "hunter2",
        "sqlite://:memory:",
        "sqlite:///relative.db",
    ],
)
def test_another_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refused:
        storage.database(url=url, state=STATE)
    assert "hunter2" not in str(refused.value)


@pytest.mark.django_db
def test_sqlite_runs_with_a_write_ahead_log() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only means something on SQLite")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


def test_redis_serves_queue_and_cache_where_it_is_named() -> None:
    url = "redis://127.0.0.1:6379/0"
    assert storage.task_cluster(redis_url=url, workers=2)["redis"] == url
    assert "Redis" in storage.cache(redis_url=url, state=STATE)["BACKEND"]


def test_the_database_is_the_queue_where_there_is_no_redis() -> None:
    assert storage.task_cluster(redis_url="", workers=2)["orm"] == "default"


def test_mail_goes_into_files_until_a_server_is_named() -> None:
    assert mail.config("", state=STATE)["EMAIL_FILE_PATH"] == "/state/mail"
    found = mail.config("smtp+tls://me:pw@mail.example.com:587", state=STATE)
    assert (found["EMAIL_HOST"], found["EMAIL_USE_TLS"]) == ("mail.example.com", True)


def test_a_bad_mail_address_is_refused_without_its_password() -> None:
    with pytest.raises(ImproperlyConfigured, match="FINSYNC_EMAIL_URL") as refused:
        mail.config("carrier-pigeon://me:hunter2@roof", state=STATE)
    assert "hunter2" not in str(refused.value)

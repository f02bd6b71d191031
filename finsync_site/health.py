"""For load balancers and monitors: nothing here tells more than up or not."""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    checks = {"database": _database_is_ready(), "cache": _cache_is_ready()}
    ok = all(checks.values())
    body = {"status": "ok" if ok else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if ok else 503)


def _database_is_ready() -> bool:
    """It answers, and no migration is left to run."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _cache_is_ready() -> bool:
    # Each cache raises its own library's errors when its server is away.
    try:
        cache.set("healthz", "ok", timeout=10)
        return bool(cache.get("healthz") == "ok")
    except Exception:  # noqa: BLE001
        return False

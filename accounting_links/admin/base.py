"""What our admin pages share."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest
from unfold import decorators
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

F = TypeVar("F", bound=Callable[..., Any])


def column(
    title: str, *, ordering: str | None = None, label: Mapping[Any, str] | None = None
) -> Callable[[F], F]:
    """Unfold's `display`, with types."""
    decorated: Callable[[F], F] = decorators.display(
        description=title, ordering=ordering, label=label
    )
    return decorated


class ListedAdmin(ModelAdmin):  # type: ignore[misc]  # untyped base
    list_per_page = 25
    show_full_result_count = False


class ReadOnlyAdmin(ListedAdmin):
    """To look at alone: what stands here was written by the engine."""

    actions = None
    # Django's own history of edits, which there are none of.
    actions_detail_hide_default = True
    paginator = InfinitePaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

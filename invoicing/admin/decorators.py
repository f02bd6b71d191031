"""Unfold's decorators, with types."""

from collections.abc import Callable
from typing import Any, TypeVar

from unfold import decorators

Function = TypeVar("Function", bound=Callable[..., Any])


def display(**options: Any) -> Callable[[Function], Function]:
    decorate: Callable[[Function], Function] = decorators.display(**options)
    return decorate


def action(**options: Any) -> Callable[[Function], Function]:
    """Permissions are names of `has_<name>_permission` methods: Unfold looks others up
    in the database while the system checks run, before there is one."""
    decorate: Callable[[Function], Function] = decorators.action(**options)
    return decorate

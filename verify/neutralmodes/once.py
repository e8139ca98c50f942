"""Results that are computed once and shared by everything that asks for them under one name."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any


class Once:
    """What was made before, by its key; whoever holds it says how long it lives.

    >>> once = Once()
    >>> once("answer", lambda: 42), once("answer", lambda: 43)
    (42, 42)
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}

    def __call__(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The result under the key, made now where it is not there; what raises is not kept."""
        if key not in self._found:
            self._found[key] = make()
        return self._found[key]

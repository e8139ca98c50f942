"""Rules that come from elsewhere: Python callables, and through them other libraries.

Each module is loaded on first use: ``torch`` and ``jax`` raise MissingExtra where their library is not installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neutralmodes.adapters import callables, dysts, jax, torch

__all__ = ["callables", "dysts", "jax", "torch"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

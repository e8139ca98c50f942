"""The independent checker of neutralmodes certificates: standard library only, exact arithmetic only."""

from __future__ import annotations

from .checker import Report, check
from .refusal import NotDerived, Unreadable

__all__ = ["NotDerived", "Report", "Unreadable", "check"]

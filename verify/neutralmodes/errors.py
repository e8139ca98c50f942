"""Errors: each says what was wrong, what was given, and what to do."""

from __future__ import annotations


class NeutralModesError(Exception):
    """Base of every error that neutralmodes raises on purpose."""


class InputError(NeutralModesError, ValueError):
    """An argument is malformed: a length, a shape, a name, a value."""


class ExpressionError(InputError):
    """An expression cannot be read exactly (NaN, infinity, complex, unknown function or symbol)."""


class RegionError(InputError):
    """A region is malformed, or a point that must lie in it does not."""


class TargetError(InputError):
    """A command-line target cannot be found or loaded."""


class CertificateError(NeutralModesError, ValueError):
    """A certificate file cannot be read or is not of this schema."""


class NotCertified(NeutralModesError, AssertionError):
    """A certificate does not support the count that was required of it."""


class EvidenceError(NeutralModesError, RuntimeError):
    """A numerical run ended early: blow-up, lost orthogonality, an integrator failure."""


class MissingExtra(NeutralModesError, ImportError):
    """An optional dependency is needed; the message names the extra to install."""

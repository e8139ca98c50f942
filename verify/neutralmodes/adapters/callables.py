"""Rules given as Python functions: numerical evidence for what cannot be written in sympy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neutralmodes.dynamics import Dynamics, Map, VectorField
from neutralmodes.errors import InputError

_KINDS: dict[str, type[Dynamics]] = {"flow": VectorField, "map": Map}


def black_box(
    function: Callable[..., Any], n: int, *, kind: str = "flow", jvp: Callable[..., Any] | str = "auto"
) -> Dynamics:
    """The rule x' = function(t, x), or for ``kind="map"`` x+ = function(t, x), known by its values only.

    Its variables are x0 ... x(n-1). Spectra and transport are measured in double; every proof that
    needs the rule is UNDECIDED. ``VectorField.from_function`` traces a function where that can be done.

    Parameters
    ----------
    function : (t, x) -> (n,) for floats x of shape (n,); it must not depend on t.
    jvp : derivative along a vector, (t, x, v) -> (n,), or "complex", "difference", "auto"; it is
        checked against nearby orbits in every spectrum.

    Raises InputError for another kind.

    >>> import numpy as np
    >>> black_box(lambda t, x: np.tanh(x), 2, kind="map").variables
    ('x0', 'x1')
    """
    if kind not in _KINDS:
        raise InputError(f"kind: expected 'flow' or 'map', got {kind!r}")
    return _KINDS[kind].black_box(function, n, jvp=jvp)

"""Smooth functions that sympy lacks, for rules of recurrent cells: sigmoid and softplus."""

from __future__ import annotations

from typing import Any

import sympy as sp


class sigmoid(sp.Function):  # noqa: N801 (sympy's functions are lower case)
    """1/(1 + exp(-x)), kept whole.

    >>> x = sp.Symbol("x")
    >>> sigmoid(x).diff(x)
    (1 - sigmoid(x))*sigmoid(x)
    >>> sigmoid(sp.Integer(0)).evalf()
    0.500000000000000
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return self * (1 - self)

    def _eval_evalf(self, prec: int) -> Any:
        return (1 / (1 + sp.exp(-self.args[0])))._eval_evalf(prec)


class softplus(sp.Function):  # noqa: N801
    """log(1 + exp(x)), kept whole.

    >>> x = sp.Symbol("x")
    >>> softplus(x).diff(x)
    sigmoid(x)
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return sigmoid(self.args[0])

    def _eval_evalf(self, prec: int) -> Any:
        return sp.log(1 + sp.exp(self.args[0]))._eval_evalf(prec)

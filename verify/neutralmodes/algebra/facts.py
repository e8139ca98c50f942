"""What is known exactly of the algebra that acts: series, parts, name, and whether it acts compactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from flint import fmpq, fmpz_poly

from neutralmodes.algebra.names import Parts, label_parts, recognise
from neutralmodes.algebra.structure import Algebra
from neutralmodes.exact import linear

Matrix = Sequence[Sequence[fmpq]]
_LARGE = 36


@dataclass(frozen=True)
class Facts:
    """Exact facts on a Lie algebra and its action.

    ``centre``, ``radical`` are dimensions; ``derived_series`` and ``lower_series`` run down to their
    first repetition; ``killing_signature`` is (positive, negative, zero). ``compact_type``: some
    compact group has this algebra. ``acts_compactly``: the group that acts has compact closure, None
    where this is not decided, with the reason in ``compactness``.
    """

    name: str
    dimension: int
    centre: int
    derived_series: tuple[int, ...]
    lower_series: tuple[int, ...]
    killing_signature: tuple[int, int, int]
    radical: int
    abelian: bool
    solvable: bool
    nilpotent: bool
    semisimple: bool
    reductive: bool
    compact_type: bool
    acts_compactly: bool | None
    compactness: str
    evidence: tuple[str, ...]
    parts: Parts

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        data = asdict(self)
        del data["parts"]
        return {key: list(v) if isinstance(v, tuple) else v for key, v in data.items()}

    def __str__(self) -> str:
        kinds = ("abelian", "solvable", "nilpotent", "semisimple", "reductive")
        said = ", ".join(kind for kind in kinds if getattr(self, kind)) or "neither solvable nor reductive"
        killing = "Killing signature (+{}, -{}, 0:{})".format(*self.killing_signature)
        return "\n".join(
            [
                f"{self.name}: dimension {self.dimension}, centre {self.centre}, radical {self.radical}; {said}",
                f"derived series {_arrows(self.derived_series)}; {killing}",
                f"compact: {_words(self.acts_compactly)}, {self.compactness}",
                *self.evidence,
            ]
        )


def _arrows(series: Sequence[int]) -> str:
    return " > ".join(map(str, series))


def _words(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "not decided"}[value]


def facts(algebra: Algebra, matrices: Sequence[Matrix] | None = None) -> Facts:
    """The facts of an algebra; ``matrices`` are its generators where it acts linearly and faithfully."""
    compact, reason = compactness(algebra, matrices)
    found = recognise(algebra, compact)
    if matrices is not None and algebra.is_abelian and algebra.dimension == 2 and _is_complex_line(matrices):
        found = replace(found, name="gl(1,C)")
    return Facts(
        name=found.name,
        dimension=algebra.dimension,
        centre=len(algebra.centre),
        derived_series=algebra.derived_series,
        lower_series=algebra.lower_series,
        killing_signature=algebra.signature,
        radical=len(algebra.radical),
        abelian=algebra.is_abelian,
        solvable=algebra.is_solvable,
        nilpotent=algebra.is_nilpotent,
        semisimple=algebra.is_semisimple,
        reductive=algebra.is_reductive,
        compact_type=algebra.is_compact_type,
        acts_compactly=compact,
        compactness=reason,
        evidence=found.evidence,
        parts=found.parts,
    )


def compactness(algebra: Algebra, matrices: Sequence[Matrix] | None) -> tuple[bool | None, str]:
    """Whether the acting group has compact closure, and why; None where that is not decided."""
    if not algebra.is_compact_type:
        return False, "no compact group has this algebra (it is not reductive with Killing form <= 0 off the centre)"
    if matrices is None:
        if algebra.centre:
            return None, "of compact type, but the action is nonlinear and its centre may not close up"
        return None, "of compact type and semisimple: it is compact where the generators are complete (Weyl)"
    if not algebra.centre:
        return True, "semisimple with negative definite Killing form (Weyl)"
    for vector in algebra.centre:
        if not skew_diagonalisable(combined(matrices, vector)):
            text = " + ".join(f"({c}) xi_{a}" for a, c in enumerate(vector) if c != 0)
            return False, f"the central element {text} is not diagonalisable with imaginary eigenvalues"
    return True, "of compact type, and the centre acts diagonalisably with imaginary eigenvalues"


def skew_diagonalisable(matrix: Matrix) -> bool:
    """Whether a rational matrix is diagonalisable over C with all eigenvalues imaginary: exact.

    Its minimal polynomial must be t^e q(t^2), e at most 1, q squarefree with negative roots only.

    >>> skew_diagonalisable([[0, -2], [1, 0]]), skew_diagonalisable([[0, 1], [0, 0]])
    (True, False)
    """
    coefficients = linear.matrix(matrix).minpoly().numer().coeffs()
    first = next(i for i, c in enumerate(coefficients) if c != 0)
    core = coefficients[first:]
    if first > 1 or any(c != 0 for c in core[1::2]):
        return False
    q = fmpz_poly(core[::2])
    if q.degree() < 1:
        return True
    squarefree = q.gcd(q.derivative()).degree() == 0
    # With real roots only, equal signs of all coefficients leave no positive one.
    return squarefree and all(root.imag == 0 for root, _ in q.complex_roots()) and len({c > 0 for c in q.coeffs()}) == 1


def _is_complex_line(matrices: Sequence[Matrix]) -> bool:
    """The two commuting matrices span R + R J with J^2 < 0: multiplication by complex numbers."""
    for matrix in matrices:
        polynomial = linear.matrix(matrix).minpoly().coeffs()
        if len(polynomial) == 3 and polynomial[1] ** 2 < 4 * polynomial[0] * polynomial[2]:
            n = len(matrix)
            cells = [[fmpq(c) for row in m for c in row] for m in matrices]
            return linear.rank([*cells, [fmpq(int(i == j)) for i in range(n) for j in range(n)]]) == 2
    return False


def combined(matrices: Sequence[Matrix], weights: Sequence[fmpq]) -> Matrix:
    """The matrix of a combination of generators."""
    total = linear.matrix(matrices[0]) * weights[0]
    for m, w in zip(matrices[1:], weights[1:], strict=True):
        if w != 0:
            total = total + linear.matrix(m) * w
    return total.tolist()


def label_mismatch(label: str | None, algebra: Algebra) -> str | None:
    """What contradicts a label, in words; None where it agrees or is not understood.

    Past dimension 36 only the dimensions and the Killing signature are held against the label.

    >>> label_mismatch("U(1)", Algebra(1, {})), label_mismatch("our favourite group", Algebra(1, {}))
    (None, None)
    """
    stated = label_parts(label) if label else None
    if stated is None:
        return None
    if algebra.dimension > _LARGE and not stated.others:
        if stated.shape == (len(algebra.centre), algebra.signature):
            return None
        name = f"an algebra of dimension {algebra.dimension}, centre {len(algebra.centre)}"
    else:
        found = recognise(algebra)
        if found.parts == stated:
            return None
        name = f"{found.name} (dimension {algebra.dimension})"
    return f"the label {label!r} does not match the generators: they span {name}"

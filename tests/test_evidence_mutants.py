"""Faults planted in the numerics: each is caught by a check of the run itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError
from neutralmodes.evidence import variational as equations
from neutralmodes.evidence import windows
from neutralmodes.evidence.program import Node, Program
from neutralmodes.evidence.qr import QR, qr
from neutralmodes.evidence.spectrum import spectrum

x, y, z = sp.symbols("x y z", real=True)


def lorenz(name: str = "lorenz") -> nm.System:
    rule = [10 * (y - x), x * (28 - z) - y, x * y - sp.Rational(8, 3) * z]
    # A parameter of the test's own name: compiled rules are cached, mutants must not share theirs.
    unused = sp.Symbol(name)
    field = nm.VectorField([x, y, z], rule, parameters={unused: 1})
    return nm.System(name, field, nm.LieAction([x, y, z], [[0, 0, 0]]), start=[1, 2, 20])


def run(name: str, digits: int | None = None) -> Any:
    return spectrum(lorenz(name), time=10 if digits is None else 1, transient=5 if digits is None else 1, digits=digits)


def test_the_untouched_run_is_believed() -> None:
    assert run("untouched").completed


def test_a_wrong_sign_in_the_jacobian_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Program.tangents

    def wrong(self: Program, outputs: Any, seeds: Any) -> list[dict[int, Node]]:
        rows = honest(self, outputs, seeds)
        minus = self.constant(-1)
        return [{c: self.multiply([minus, n]) for c, n in rows[0].items()}, *rows[1:]]

    monkeypatch.setattr(Program, "tangents", wrong)
    found = run("wrong_sign")
    assert not found.completed
    assert "tangent columns disagree with nearby orbits" in found.outcome


def test_a_wrong_entry_that_keeps_the_trace_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Program.tangents

    def wrong(self: Program, outputs: Any, seeds: Any) -> list[dict[int, Node]]:
        rows = honest(self, outputs, seeds)
        rows[0], rows[1] = rows[1], rows[0]
        return rows

    monkeypatch.setattr(equations.Program, "tangents", wrong)
    assert not run("swapped_rows").completed


def test_a_skipped_reorthogonalisation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def normalised_only(frame: Any) -> QR:
        sizes = np.linalg.norm(frame, axis=0)
        return QR(frame / sizes, np.diag(sizes))

    monkeypatch.setattr(windows, "qr", normalised_only)
    found = run("skipped")
    assert not found.completed
    assert "lost orthogonality" in found.outcome


@pytest.mark.parametrize("digits", [None, 20])
def test_a_lost_column_is_caught(digits: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(frame: Any) -> QR:
        frame = frame.copy()
        frame[:, -1] = frame[:, 0]
        return qr(frame)

    monkeypatch.setattr(windows, "qr", losing)
    with pytest.raises(EvidenceError, match="lost a column"):
        run("lost", digits)


def test_a_column_replaced_by_a_fresh_one_fails_the_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)

    def replaced(frame: Any) -> QR:
        frame = frame.copy()
        frame[:, -1] = random.standard_normal(3)
        return qr(frame)

    monkeypatch.setattr(windows, "qr", replaced)
    found = run("replaced")
    assert "mean divergence" in found.outcome


def test_a_frame_orthogonal_to_half_the_digits_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would pass for an orthogonal one in double."""

    def oblique(frame: Any) -> QR:
        found = qr(frame)
        q = found.q.copy()
        q[:, 1] = q[:, 1] + q[:, 0] * (q[0, 0] * 0 + 1e-20)
        return QR(q, found.r)

    monkeypatch.setattr(windows, "qr", oblique)
    found = run("oblique", 40)
    assert "lost orthogonality" in found.outcome
    assert found.orthogonality < 1e-19

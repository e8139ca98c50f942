"""The conformance suite: what every system must satisfy, as checks with readable ids for parametrize."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np

from neutralmodes.certificate import Certificate, load
from neutralmodes.dynamics import Dynamics
from neutralmodes.equivariants import integer_matrices
from neutralmodes.errors import NotCertified
from neutralmodes.exact.expression import Tree, evaluate, functions
from neutralmodes.obligations.equivariance import equivariance
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points
from neutralmodes.strategies._elements import exact_element
from neutralmodes.system import System
from neutralmodes.testing._modes import Undecided, format_neutral_modes, neutral_modes
from neutralmodes.verdict import Conclusion, Verdict


class Check:
    """One check of one system: call it. ``__name__`` is the id that pytest shows."""

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        self.__name__, self._run = name, run

    def __call__(self) -> None:
        self._run()

    def __str__(self) -> str:
        return self.__name__


def system_checks(system: System, *, seed: int = 0, budget: float | None = None) -> list[Check]:
    """The conformance checks of a system, for ``@pytest.mark.parametrize("check", system_checks(system))``.

    They certify it against its ``expect``, round-trip and re-derive the certificate with the
    independent checker, move rational states by exact group elements, carry the generators along an
    orbit, and demand that one-term changes of the rule are refuted.

    >>> from neutralmodes.strategies import named_action
    >>> from neutralmodes.strategies._systems import annulus_flow
    >>> [str(check) for check in system_checks(annulus_flow(named_action("SO(2)"), {}))][:2]
    ['random flow: meets its expectation', 'random flow: certificate survives the disk']
    """
    suite = _Suite(system, seed, budget)
    return [Check(f"{system.name}: {name}", run) for name, run in suite.checks().items()]


@dataclass
class _Suite:
    system: System
    seed: int
    budget: float | None

    @cached_property
    def certificate(self) -> Certificate:
        return neutral_modes(self.system, seed=self.seed, budget=self.budget)

    def checks(self) -> dict[str, Callable[[], None]]:
        found = {
            "meets its expectation": self.expectation,
            "certificate survives the disk": self.round_trip,
            "certificate is reproducible": self.reproducible,
            "checker agrees": self.checker,
            "one-term changes are refuted": self.mutants,
            "generators are carried along an orbit": self.transport,
        }
        plain = not any(functions(t) for t in self.system.dynamics.rule) and not self.system.dynamics.ranges
        if plain and self.system.action.matrices is not None:
            found["commutes with exact group elements"] = self.elements
        return found

    def expectation(self) -> None:
        found, expect = self.certificate, self.system.expect
        if not expect and found.conclusion is Conclusion.UNDECIDED:
            raise Undecided(format_neutral_modes(found))
        if not expect and found.conclusion is Conclusion.REFUTED:
            raise NotCertified(format_neutral_modes(found))
        for key, wanted in expect.items():
            if (value := getattr(found, key)) != wanted:
                raise NotCertified(f"{self.system.name}: {key} is {value}, expected {wanted}: {found.reason()}")

    def round_trip(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            again = load(self.certificate.save(Path(folder) / "certificate.json"))
        assert again.to_dict() == self.certificate.to_dict(), f"{self.system.name}: the file reads back differently"

    def reproducible(self) -> None:
        again = neutral_modes(self.system, seed=self.seed, budget=self.budget)
        same = again.to_dict()["digest"] == self.certificate.to_dict()["digest"]
        assert same, f"{self.system.name}: two runs gave two digests"

    def checker(self) -> None:
        """In its own process: the checker shares nothing with what it checks."""
        with tempfile.TemporaryDirectory() as folder:
            file = self.certificate.save(Path(folder) / "certificate.json")
            command = [sys.executable, "-m", "neutralmodes_check", "--json", str(file)]
            paths = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
            done = subprocess.run(command, capture_output=True, text=True, env=paths, check=False)
        expected = 0 if self.certificate.conclusion is Conclusion.CERTIFIED else 3
        words = done.stderr or json.loads(done.stdout).get("error", done.stdout)
        assert done.returncode == expected, f"{self.system.name}: exit {done.returncode}: {words}"

    def mutants(self) -> None:
        """Some x_k/7 added to some component must be refuted, or the equivariance check is blind here."""
        rule, names = self.system.dynamics.rule, self.system.dynamics.variables
        for j in range(len(rule)):
            for x in names:
                changed = _changed(self.system, j, ("+", rule[j], ("*", "1/7", x)))
                if equivariance(Ground(changed)).verdict is Verdict.REFUTED:
                    return
        raise AssertionError(f"{self.system.name}: no one-term change of the rule was refuted")

    def transport(self) -> None:
        from neutralmodes.evidence.transport import transport

        found = transport(self.system, time=1, digits=10, seed=self.seed)
        assert found.transported, f"{self.system.name}: transport residual {found.residual:.1e} at time {found.time}"

    def elements(self) -> None:
        """f(g x) = g f(x) in exact rationals: the definition, which no bracket enters."""
        ground = Ground(self.system)
        matrices = integer_matrices(self.system.action)
        for k, point in enumerate(sample_points(ground, 8)):
            g = exact_element(matrices, [Fraction(1 + (k + a) % 3, 2 + a % 2) for a in range(len(matrices))])
            x = np.array(point[: ground.n], dtype=object)
            moved, here = (_values(self.system, list(p)) for p in (g @ x, x))
            assert list(g @ here) == list(moved), f"{self.system.name}: f(g x) != g f(x) at x = {list(map(str, x))}"


def _changed(system: System, j: int, component: Tree) -> System:
    import copy

    twin, dynamics = copy.copy(system), copy.copy(system.dynamics)
    dynamics.rule = dynamics.decimal_rule = (*dynamics.rule[:j], component, *dynamics.rule[j + 1 :])
    twin.dynamics = dynamics
    return twin


def _values(system: System, point: list[Fraction]) -> np.ndarray:
    dynamics: Dynamics = system.dynamics
    names = dict(zip(dynamics.variables, point, strict=True)) | dynamics.values
    return np.array([evaluate(f, names) for f in dynamics.rule], dtype=object)

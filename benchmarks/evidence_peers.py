"""Spectra by JiTCODE, pynamicalsys and dysts, one job a process: run by evidence_speed.py in their environment.

`python evidence_peers.py JSON` prints JSON: compile and run in processor seconds, end state, exponents.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from typing import Any

import numpy as np


def complex_lorenz(y: Any) -> list[Any]:
    a, b, c, d, w = y
    return [
        10 * (c - a),
        10 * (d - b),
        28 * a - c + 0.1 * d - a * w,
        28 * b - d - 0.1 * c - b * w,
        a * c + b * d - 8 / 3 * w,
    ]


def complex_lorenz_jacobian(y: Any) -> list[list[Any]]:
    a, b, c, d, w = y
    return [
        [-10, 0, 10, 0, 0],
        [0, -10, 0, 10, 0],
        [28 - w, 0, -1, 0.1, -a],
        [0, 28 - w, -0.1, -1, -b],
        [c, d, a, b, -8 / 3],
    ]


def lorenz96(y: Any, n: int = 40) -> list[Any]:
    return [(y[(i + 1) % n] - y[(i - 2) % n]) * y[(i - 1) % n] - y[i] + 8 for i in range(n)]


def kuramoto_sivashinsky(y: Any, modes: int = 15, q: float = 0.2856) -> list[Any]:
    """Fourier modes of u_t = -u u_x - u_xx - u_xxxx; y holds the real parts, then the imaginary ones."""

    def mode(k: int) -> tuple[Any, Any]:
        return (y[k - 1], y[modes + k - 1]) if k > 0 else (y[-k - 1], -y[modes - k - 1])

    real, imaginary = [], []
    for k in range(1, modes + 1):
        pairs = [(mode(m), mode(k - m)) for m in range(k - modes, modes + 1) if m and m != k]
        growth = (q * k) ** 2 - (q * k) ** 4
        real.append(growth * y[k - 1] + q * k / 2 * sum(a * d + b * c for (a, b), (c, d) in pairs))
        imaginary.append(growth * y[modes + k - 1] - q * k / 2 * sum(a * c - b * d for (a, b), (c, d) in pairs))
    return real + imaginary


LIMIT = 60  # processor seconds of one job, compilers apart
RULES = {
    "complex Lorenz": (complex_lorenz, 5),
    "Lorenz-96": (lorenz96, 40),
    "Kuramoto-Sivashinsky": (kuramoto_sivashinsky, 30),
    "Kuramoto-Sivashinsky, 40": (lambda y: kuramoto_sivashinsky(y, 20), 40),
}


class Clock:
    """Processor seconds since the last look, of this process and of children (compilers) that ended."""

    def __init__(self) -> None:
        self.last = self._now()

    def _now(self) -> float:
        children = os.times()
        return time.process_time() + children.children_user + children.children_system

    def lap(self) -> float:
        before, self.last = self.last, self._now()
        return self.last - before


def by_jitcode(job: dict[str, Any]) -> dict[str, Any]:
    """dop853 in compiled code; the build wants a working directory of its own."""
    os.chdir(tempfile.mkdtemp())
    from jitcode import jitcode_lyap, y

    rule, n = RULES[job["rule"]]
    clock = Clock()
    ode = jitcode_lyap(rule([y(i) for i in range(n)]), n_lyap=n, verbose=False)
    ode.compile_C()
    built = clock.lap()
    ode.set_integrator("dop853", rtol=job["tolerance"], atol=job["tolerance"])
    np.random.seed(0)
    ode.set_initial_value(job["start"], 0.0)
    clock.lap()
    count, logs = round(job["time"] / job["window"]), []
    for i in range(count):
        logs.append(ode.integrate((i + 1) * job["window"])[1])
    used = clock.lap()
    return {"compile": built, "run": used, "state": ode.y[:n].tolist(), "exponents": np.mean(logs, axis=0).tolist()}


def by_pynamicalsys(job: dict[str, Any]) -> dict[str, Any]:
    """Dormand-Prince 4(5) in numba."""
    from numba import njit
    from pynamicalsys import ContinuousDynamicalSystem

    @njit
    def rule(t: Any, y: Any, p: Any) -> Any:
        a, b, c, d, w = y[0], y[1], y[2], y[3], y[4]
        return np.array(
            [
                10 * (c - a),
                10 * (d - b),
                28 * a - c + 0.1 * d - a * w,
                28 * b - d - 0.1 * c - b * w,
                a * c + b * d - 8 / 3 * w,
            ]
        )

    @njit
    def jacobian(t: Any, y: Any, p: Any) -> Any:
        a, b, c, d, w = y[0], y[1], y[2], y[3], y[4]
        return np.array(
            [
                [-10.0, 0.0, 10.0, 0.0, 0.0],
                [0.0, -10.0, 0.0, 10.0, 0.0],
                [28 - w, 0.0, -1.0, 0.1, -a],
                [0.0, 28 - w, -0.1, -1.0, -b],
                [c, d, a, b, -8 / 3],
            ]
        )

    system = ContinuousDynamicalSystem(
        equations_of_motion=rule, jacobian=jacobian, system_dimension=5, number_of_parameters=0
    )
    system.integrator("rk45", atol=job["tolerance"], rtol=job["tolerance"])
    clock = Clock()
    system.lyapunov(job["start"], 1.0, parameters=[])
    built = clock.lap()
    found = system.lyapunov(job["start"], job["time"], parameters=[])
    used = clock.lap()
    end = system.trajectory(job["start"], job["time"], parameters=[])[-1]
    return {"compile": built, "run": used, "state": np.ravel(end)[-5:].tolist(), "exponents": np.ravel(found).tolist()}


def by_dysts(job: dict[str, Any]) -> dict[str, Any]:
    """scipy's trajectory and a backward Euler step of the tangents between its points."""
    from dysts.analysis import find_lyapunov_exponents
    from dysts.flows import Lorenz

    class ComplexLorenz(Lorenz):
        """Lorenz' period and settings, looked up by the name of the class, with the complex rule."""

        def rhs(self, y: Any, t: float) -> Any:
            return np.array(complex_lorenz(y))

        def jac(self, y: Any, t: float) -> Any:
            return np.array(complex_lorenz_jacobian(y), dtype=float)

        def __call__(self, y: Any, t: float) -> Any:
            return self.rhs(y, t)

    ComplexLorenz.__name__ = "Lorenz"
    model = ComplexLorenz()
    model.ic = np.array(job["start"], dtype=float)
    per_period = 100
    points = int(job["time"] / (model.period / per_period))
    clock = Clock()
    found = find_lyapunov_exponents(model, points, pts_per_period=per_period, method="DOP853")
    return {"compile": 0.0, "run": clock.lap(), "state": [], "exponents": found.tolist()}


PEERS = {"JiTCODE": by_jitcode, "pynamicalsys": by_pynamicalsys, "dysts": by_dysts}

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    asked = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(PEERS[asked["peer"]](asked)) + "\n")

"""Lifetime B: |lambda_T(xi)| <= gamma + log(sqrt(C^2 + rho^2)/c)/T where the contraction kappa beats the bracket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import sympy as sp
from _lemma import Flow, main, norm, require, zero

x, y = sp.symbols("x y", real=True)
AT, S = sp.Matrix([x, y]), x**2 + y**2
XI = sp.Matrix([-y, x])
LOW, HIGH = mpmath.mpf("0.85"), mpmath.mpf("1.15")
T = 30


def rule(eps: sp.Rational) -> sp.Matrix:
    return AT * (1 - S) * 2 + XI + eps * sp.Matrix([sp.Rational(1, 3) + x * y, x / 2])


def rates(eps: sp.Rational) -> dict[str, sp.Expr]:
    """The integrands of kappa, sigma, beta0, beta1 for one generator in the plane: P projects on n = xi turned."""
    f = rule(eps)
    jacobian, turn = f.jacobian(AT), XI.jacobian(AT)
    b, n = jacobian * XI - turn * f, sp.Matrix([x, y]) / sp.sqrt(S)
    mixed = jacobian.T * XI + turn * f
    return {
        "kappa": -(n.T * jacobian * n)[0],
        "sigma": sp.Abs(mixed.dot(n)) / S,
        "beta0": sp.Abs(XI.dot(b)) / S,
        "beta1": sp.Abs(b.dot(n)),
    }


def constants(eps: sp.Rational) -> dict[str, Any]:
    """Suprema over the annulus, on a fine polar grid, 1 % on the safe side (a numerical premise, not a proof)."""
    found = {}
    for name, expression in rates(eps).items():
        value = sp.lambdify([x, y], expression, "mpmath")
        radii = [LOW + (HIGH - LOW) * i / 12 for i in range(13)]
        values = [
            value(r * mpmath.cos(a), r * mpmath.sin(a)) for r in radii for a in mpmath.linspace(0, 2 * mpmath.pi, 61)
        ]
        found[name] = min(values) * mpmath.mpf("0.99") if name == "kappa" else max(values) * mpmath.mpf("1.01")
    return found


def derivation() -> str:
    """v = alpha xi + w, w on xi-perp: the two scalar equations of the proof, as identities in sympy."""
    f = sp.Matrix([sp.Function("f")(x, y), sp.Function("g")(x, y)])
    alpha, beta = sp.symbols("alpha beta", real=True)  # w = beta (x, y)
    jacobian, turn, w = f.jacobian(AT), XI.jacobian(AT), beta * AT
    b = jacobian * XI - turn * f
    v_rate = jacobian * (alpha * XI + w)
    d_alpha = (alpha * XI.dot(b) + w.dot(jacobian.T * XI + turn * f)) / S
    beta_rate = (v_rate - d_alpha * XI - alpha * turn * f - beta * f).dot(AT) / S
    rest = v_rate - d_alpha * XI - alpha * turn * f - beta_rate * AT - beta * f
    require(zero(rest), "v' = (alpha xi + w)' fails with alpha' as in the proof")
    size = alpha * b.dot(w) + w.dot(jacobian * w)
    require(zero((beta_rate * AT + beta * f).dot(w) - size), "w.w' = alpha b.w + w.Df w")
    return "alpha' and |w|' in sympy"


def measured(eps: sp.Rational, gamma: Callable[[dict[str, Any]], Any]) -> str:
    """lambda_T of xi, the ratio |w|/|alpha| and gamma from the tangent equation in 20 digits, from two starts."""
    with mpmath.workdps(20):
        k = constants(eps)
        gap = k["kappa"] - k["beta0"]
        require(gap > 0 and gap**2 >= 4 * k["sigma"] * k["beta1"], "the premises of B do not hold")
        rho = (gap - mpmath.sqrt(gap**2 - 4 * k["sigma"] * k["beta1"])) / (2 * k["sigma"])
        rate = gamma({**k, "rho": rho})
        tightest = mpmath.inf
        for start in ((1, 0), (0, mpmath.mpf("0.9"))):
            state = [mpmath.mpf(c) for c in (*start, -start[1], start[0])]
            first, flow = norm(state[2:]), Flow([x, y], list(rule(eps)))
            for step in range(1, 4 * T + 1):
                state = flow.step(state, mpmath.mpf(1) / 4, 6)
                p, v, r = state[:2], state[2:], mpmath.hypot(*state[:2])
                require(LOW < r < HIGH, "the orbit left N")
                alpha, across = (p[0] * v[1] - p[1] * v[0]) / r**2, (p[0] * v[0] + p[1] * v[1]) / r
                time = mpmath.mpf(step) / 4
                require(abs(across) <= rho * abs(alpha), "|w| exceeds rho |alpha|")
                require(abs(mpmath.log(abs(alpha))) <= rate * time, "|log alpha| exceeds gamma t")
                slack = rate * time + mpmath.log(mpmath.sqrt(HIGH**2 + rho**2) / LOW)
                require(abs(mpmath.log(norm(v) / first)) <= slack, "lambda_T exceeds the bound")
            tightest = min(tightest, slack / abs(mpmath.log(norm(v) / first)))
    return f"eps = {eps}: rho {mpmath.nstr(rho, 2)}, gamma {mpmath.nstr(rate, 2)}, slack {mpmath.nstr(tightest, 2)}"


def bound_holds() -> str:
    return "; ".join(
        measured(e, lambda k: k["beta0"] + k["sigma"] * k["rho"]) for e in (sp.Rational(1, 50), sp.Rational(1, 100))
    )


def without_feedback() -> str:
    """Wrong: no room for w at all: rho = 0 and gamma = 0."""
    return measured(sp.Rational(1, 50), lambda k: mpmath.mpf(0))


def contraction_is_needed() -> str:
    """x' = (y, 0): xi = d/dx + eps-broken... kappa = 0: [xi, f] = b constant makes |v| grow without bound."""
    t, e = sp.symbols("t epsilon", positive=True)
    shear = sp.Matrix([[1, t], [0, 1]]) * sp.Matrix([1, e])  # b small, kappa = 0: |v| grows like e t
    require(sp.limit(shear.norm() / t, t, sp.oo) == e, "the shear grows")
    return "needed: kappa > beta0"


def in_a_chaotic_host() -> str:
    """Wrong: small |b| bounds lambda_T whatever kappa: Df = diag(0, 1) across, b = e n: |w| grows like e exp(t)."""
    t, e = sp.symbols("t epsilon", positive=True)
    w = e * (sp.exp(t) - 1)
    require(sp.limit(sp.log(1 + w**2) / (2 * t), t, sp.oo) == 0, "w' = w + e")
    return ""


CLAIMS, WRONG = [derivation, bound_holds, contraction_is_needed], [without_feedback, in_a_chaotic_host]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)

"""The second, slow rule: proofs of polynomial statements re-derived in sympy, sharing no code with the checker."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import sympy as sp

Json = dict[str, Any]


class Slow:
    """A polynomial statement in sympy. `holds(name, proof)` says whether the proof shows the obligation."""

    def __init__(self, statement: Json) -> None:
        self.said = statement
        self.flow = statement["kind"] == "flow"
        free = [*sorted(statement["inputs"]), *sorted(k for k, v in statement["parameters"].items() if type(v) is list)]
        self.x = [sp.Symbol(name) for name in statement["variables"]]
        self.names = [*self.x, *map(sp.Symbol, free)]
        self.fixed = {sp.Symbol(k): sp.Rational(v) for k, v in statement["parameters"].items() if type(v) is str}
        boxes = {**statement["inputs"], **statement["parameters"]}
        self.f = self._vector(statement["rule"])
        self.xi = [self._vector(g) for g in statement["generators"]]
        self.region = [self.read(g) for g in statement["region"]["inequalities"]]
        self.h = [self.read(h) for h in statement["constraints"]]
        self.g = list(self.region)
        for name in free:
            low, high = map(sp.Rational, boxes[name])
            self.g += [sp.Symbol(name) - low, high - sp.Symbol(name)]
        self.middle = {sp.Symbol(n): sum(map(sp.Rational, boxes[n])) / 2 for n in free}

    def read(self, tree: Any) -> sp.Expr:
        if isinstance(tree, str):
            return sp.Rational(tree) if tree[:1] in tuple("-0123456789") else sp.Symbol(tree).subs(self.fixed)
        parts = [self.read(t) for t in tree[1:] if not isinstance(t, int)]
        return {"+": lambda: sp.Add(*parts), "*": lambda: sp.Mul(*parts), "^": lambda: parts[0] ** tree[2]}[tree[0]]()

    def _vector(self, trees: list[Any]) -> sp.Matrix:
        return sp.Matrix([self.read(t) for t in trees])

    def polynomial(self, value: list[Any], names: list[sp.Symbol]) -> sp.Expr:
        monomials = (sp.Mul(*(v**e for v, e in zip(names, exponents, strict=True))) for _, exponents in value)
        return sp.Add(*(sp.Rational(c) * m for (c, _), m in zip(value, monomials, strict=True)))

    def columns(self, value: list[Any]) -> list[sp.Matrix]:
        return [sp.Matrix([self.polynomial(e, self.names) for e in column]) for column in value]

    def _zero(self, expression: sp.Expr) -> bool:
        return bool(sp.expand(expression) == 0)

    def along(self, expression: sp.Expr, vector: sp.Matrix) -> sp.Expr:
        return (sp.Matrix([expression]).jacobian(self.x) * vector)[0]

    def image(self, expression: sp.Expr) -> sp.Expr:
        return expression.subs(dict(zip(self.x, self.f, strict=True)), simultaneous=True)

    def moved(self, expression: sp.Expr) -> sp.Expr:
        return self.along(expression, self.f) if self.flow else self.image(expression)

    def positive(self, proof: Json, target: sp.Expr, *, strict: bool, extra: Any = (), more: Any = ()) -> bool:
        names, margin = [*self.names, *more], sp.Rational(proof["margin"])
        total, equalities = margin, [*self.h, *extra]
        if margin < 0 or (strict and margin == 0) or proof["names"] != [str(n) for n in names]:
            return False
        for product in proof["products"]:
            factors = sp.Mul(*(self.g[i] for i in product["of"]))
            for c, q in product["squares"]:
                if sp.Rational(c) <= 0:
                    return False
                total += sp.Rational(c) * self.polynomial(q, names) ** 2 * factors
        for entry in proof["equalities"]:
            total += self.polynomial(entry["cofactor"], names) * equalities[entry["of"]]
        return self._zero(sp.expand(total) - sp.expand(target))

    def holds(self, name: str, proof: Json) -> bool:
        try:
            return bool(getattr(self, f"_{name}")(proof))
        except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
            return False  # a proof of another shape than the rule's

    def at(self, point: list[str]) -> dict[sp.Symbol, sp.Rational]:
        return dict(zip(self.x, map(sp.Rational, point), strict=True)) | self.middle

    def inside(self, point: list[str]) -> bool:
        at = self.at(point)
        return all(g.subs(at) >= 0 for g in self.g) and all(h.subs(at) == 0 for h in self.h)

    def rank(self, columns: list[sp.Matrix], point: list[str]) -> int:
        return sp.Matrix.hstack(*columns).subs(self.at(point)).rank()

    def minors_sum(self, columns: list[sp.Matrix], q: int) -> sp.Expr:
        """e_q by Cauchy and Binet."""
        xi = sp.Matrix.hstack(*columns)
        picks = [(r, c) for r in combinations(range(xi.rows), q) for c in combinations(range(xi.cols), q)]
        return sp.expand(sum(xi.extract(list(r), list(c)).det(method="berkowitz") ** 2 for r, c in picks))

    def _closure(self, proof: Json) -> bool:
        pairs = [tuple(entry[:2]) for entry in proof["constants"]]
        if pairs != list(combinations(range(len(self.xi)), 2)):
            return False
        for a, b, constants in proof["constants"]:
            u, v = self.xi[a], self.xi[b]
            claimed = sum(
                (sp.Rational(c) * w for c, w in zip(constants, self.xi, strict=True)), sp.zeros(len(self.x), 1)
            )
            if any(not self._zero(e) for e in v.jacobian(self.x) * u - u.jacobian(self.x) * v - claimed):
                return False
        return True

    def _domain(self, proof: Json) -> bool:
        return bool(proof == {"rule": "polynomial"})

    def _equivariance(self, proof: Json) -> bool:
        return proof == {"rule": "identity", "generators": list(range(len(self.xi)))} and all(
            self._zero(self.along(f, v) - (self.along(c, self.f) if self.flow else self.image(c)))
            for v in self.xi
            for f, c in zip(self.f, v, strict=True)
        )

    def _compactness(self, proof: Json) -> bool:
        straight = [v for v in self.x if str(v) not in self.said["angles"]]
        target = sp.Rational(proof["bound"]) - sum(v**2 for v in straight)
        return self.inside(proof["point"]) and self.positive(proof["positivity"], target, strict=False)

    def _invariance(self, proof: Json) -> bool:
        entries = proof["faces" if self.flow else "images"]
        if sorted(e["of"] for e in entries) != list(range(len(self.region))) or self.h:
            return False
        faces = [(e["positivity"], self.region[e["of"]]) for e in entries]
        return all(self.positive(p, self.moved(g), strict=self.flow, extra=[g] * self.flow) for p, g in faces)

    def _rank(self, proof: Json) -> bool:
        r, q, n = proof["generic"], proof["uniform"], len(self.x)
        if self.rank(self.xi, proof["at"]) != r or not 0 <= q <= r or not self._upper(proof["upper"], r, proof["at"]):
            return False
        if q and not self._lower(proof["lower"], q, n):
            return False
        return (q > 0 or proof["lower"] is None) and self._constants(proof, q, r)

    def _annihilates(self, columns: list[sp.Matrix]) -> bool:
        return all(self._zero((m.T * v)[0]) for m in columns for v in self.xi)

    def _upper(self, upper: Json, r: int, point: list[str]) -> bool:
        n, p = len(self.x), len(self.xi)
        if upper["rule"] == "annihilator":
            columns = self.columns(upper["columns"])
            return (
                len(columns) == n - r
                and self._annihilates(columns)
                and (not columns or self.rank(columns, point) == n - r)
            )
        return bool(r == min(n, p)) or (upper["rule"] == "minors" and self.minors_sum(self.xi, r + 1) == 0)

    def _lower(self, lower: Json, q: int, n: int) -> bool:
        if lower["rule"] == "minors":
            return self.positive(lower["positivity"], self.minors_sum(self.xi, q), strict=True)
        columns, mu = self.columns(lower["columns"]), sp.Rational(lower["mu"])
        weights = [sp.Rational(w) for w in lower["weights"]]
        v = [sp.Symbol(f"v_{i}") for i in range(n)]
        form = sum(w * sp.Matrix(v).dot(c) ** 2 for w, c in zip(weights, self.xi, strict=True))
        form += sum(sp.Matrix(v).dot(m) ** 2 for m in columns) - mu * sum(e**2 for e in v)
        fits = len(columns) == n - q and self._annihilates(columns) and mu > 0 and min(weights) > 0
        return bool(fits) and self.positive(lower["positivity"], form, strict=False, more=v)

    def _constants(self, proof: Json, q: int, r: int) -> bool:
        value, lower = proof["constants"], proof["lower"]
        if value is None:
            return True
        least, most = sp.Rational(value["c2"]), sp.Rational(value["C2"])
        target = most - sum(c**2 for v in self.xi for c in v)
        if lower["rule"] == "complement":
            limit = sp.Rational(lower["mu"]) / max(map(sp.Rational, lower["weights"]))
        else:
            limit = sp.Rational(lower["positivity"]["margin"]) / (q * most ** (q - 1))
        return bool(q == r and 0 < least <= limit) and self.positive(value["positivity"], target, strict=False)

    def _transversality(self, proof: Json) -> bool:
        """A point at which [Xi f] has no higher rank than Xi; other rules are not needed by any survivor so far."""
        columns = [*self.xi, self.f]
        return proof["rule"] == "point" and self.inside(proof["at"]) and (
            self.rank(columns, proof["at"]) <= self.rank(self.xi, self.said["start"])
        )  # fmt: skip

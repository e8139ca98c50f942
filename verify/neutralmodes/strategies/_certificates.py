"""Certificates of random systems, and forgeries of them that no honest checker may accept."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from neutralmodes._certify import certify
from neutralmodes.certificate import Certificate, digest
from neutralmodes.strategies._systems import systems
from neutralmodes.system import System
from neutralmodes.verdict import Conclusion

Json = dict[str, Any]
Mutation = Callable[[Json], None]


def certificates(
    source: st.SearchStrategy[System] | None = None, *, budget: float = 2.0
) -> st.SearchStrategy[Certificate]:
    """Certificates, proofs without evidence, of ``source`` (default: ``systems()``); ``budget`` as in ``certify``."""
    return st.builds(_certified, systems() if source is None else source, st.just(budget))


def _certified(system: System, budget: float) -> Certificate:
    return certify(system, evidence=False, budget=budget)


def mutated_certificates(
    source: st.SearchStrategy[System] | None = None, *, budget: float = 2.0
) -> st.SearchStrategy[Json]:
    """The file of a CERTIFIED certificate with one lie in it and the digest that belongs to the lie.

    ``provenance["mutation"]`` names the lie. A checker that re-derives one of these is unsound.
    """
    certified = certificates(source, budget=budget).filter(lambda c: c.conclusion is Conclusion.CERTIFIED)
    return st.builds(forged, certified, st.sampled_from(sorted(MUTATIONS)))


def forged(certificate: Certificate, name: str) -> Json:
    """The certificate's file after the mutation of this name, resealed."""
    data = copy.deepcopy(certificate.to_dict())
    MUTATIONS[name](data)
    data["digest"] = digest({key: data[key] for key in ("schema", "statement", "obligations", "conclusion")})
    data["provenance"] = {"mutation": name}
    return data


def _one_zero_more(data: Json) -> None:
    data["conclusion"]["zero_exponents"] += 1
    data["conclusion"]["statements"][0]["count"] += 1


def _stronger_theorem(data: Json) -> None:
    first = data["conclusion"]["statements"][0]
    first["theorem"] = "U'" if first["theorem"] == "U" else "U"


def _broken_rule(data: Json) -> None:
    rule = data["statement"]["rule"]
    rule[0] = ["+", rule[0], "1/1000000007"]


def _stretched_generator(data: Json) -> None:
    first = data["statement"]["generators"][0]
    first[0] = ["+", first[0], data["statement"]["variables"][0]]


def _doubled_generator(data: Json) -> None:
    data["statement"]["generators"].append(data["statement"]["generators"][0])


def _no_outer_bound(data: Json) -> None:
    data["statement"]["region"]["inequalities"].pop()


def _filled_annulus(data: Json) -> None:
    data["statement"]["region"]["inequalities"].pop(0)


def _face_left_out(data: Json) -> None:
    proof = data["obligations"]["invariance"]["proof"]
    proof["faces" if "faces" in proof else "images"].pop()


def _margin_raised(data: Json) -> None:
    proof = data["obligations"]["invariance"]["proof"]
    proof["faces" if "faces" in proof else "images"][0]["positivity"]["margin"] = "1000003"


def _rank_raised(data: Json) -> None:
    data["obligations"]["rank"]["proof"]["generic"] += 1


def _bound_lowered(data: Json) -> None:
    data["obligations"]["compactness"]["proof"]["bound"] = "1/1000"


def _point_moved(data: Json) -> None:
    data["obligations"]["compactness"]["proof"]["point"][0] = "1000"


def _generator_not_covered(data: Json) -> None:
    data["obligations"]["equivariance"]["proof"]["generators"].pop()


MUTATIONS: dict[str, Mutation] = {
    "one zero more": _one_zero_more,
    "another theorem": _stronger_theorem,
    "a constant added to the rule": _broken_rule,
    "a generator that also stretches": _stretched_generator,
    "a generator twice": _doubled_generator,
    "the outer bound gone": _no_outer_bound,
    "the inner bound gone": _filled_annulus,
    "a face left out": _face_left_out,
    "a margin raised": _margin_raised,
    "the generic rank raised": _rank_raised,
    "the bound lowered": _bound_lowered,
    "the point moved outside": _point_moved,
    "a generator not covered": _generator_not_covered,
}

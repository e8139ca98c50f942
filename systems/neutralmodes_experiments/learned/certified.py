"""Trained cells certified, and re-derived by the independent checker: the last table of the experiment."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

import neutralmodes as nm
from neutralmodes_check import NotDerived, check
from neutralmodes_experiments.learned.export import Weights, exported

BUDGET = 0.5  # seconds for each search: no trained cell needs it, and the broken control is not to be rescued
COLUMNS = ["network", "seed", "equivariance", "region kept", "conclusion", "zeros", "checker", "seconds"]
Table = dict[str, Any]


def certificates(cells: Iterable[tuple[str, int, Weights]]) -> Table:
    """A certificate for each (network, seed, weights); a cell with ``broken`` not 0 must be refuted.

    The checker reads what ``save`` would write. Seconds are of processor time, checker included.
    """
    rows, met = [], {"CERTIFIED": list[bool](), "REFUTED": list[bool]()}
    for network, seed, weights in cells:
        began = time.process_time()
        found = nm.certify(exported(weights, f"{network}-{seed}"), evidence=False, budget=BUDGET)
        derived = rederived(found)
        equivariant, kept = (str(found.obligations[name].verdict) for name in ("equivariance", "invariance"))
        counted = [str(found.conclusion), found.zero_exponents, derived]
        rows.append([network, seed, equivariant, kept, *counted, round(time.process_time() - began, 1)])
        wanted = "REFUTED" if weights["broken"] else "CERTIFIED"
        met[wanted].append(counted == [wanted, int(wanted == "CERTIFIED"), wanted])
    return {
        "title": "Trained networks certified: |u| <= 16, 1/2 <= |z|^2 <= 3/2, every hidden unit in [-1, 1]",
        "columns": COLUMNS,
        "rows": rows,
        "checks": [
            _check("trained networks with one zero proved under every input, re-derived", met["CERTIFIED"]),
            _check("broken controls refuted, re-derived", met["REFUTED"]),
        ],
    }


def rederived(certificate: nm.Certificate) -> str:
    """The conclusion that the independent checker derives from the certificate, or why it derives none."""
    try:
        return str(check(json.dumps(certificate.to_dict()).encode()).conclusion["verdict"])
    except NotDerived as refusal:
        return f"not derived: {refusal}"


def _check(claim: str, met: list[bool]) -> dict[str, Any]:
    return {"claim": claim, "value": f"{sum(met)} of {len(met)}", "met": bool(met) and all(met)}

"""Regions: domain, compactness and invariance proved and re-derived, against the dimension.

    python benchmarks/regions.py [NAME...]

Each run has a process of its own, so that its peak memory is its own. The section "Regions" of
benchmarks/RESULTS.md is written anew when all are run.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import platform
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import neutralmodes as nm
from neutralmodes.certificate import canonical, statement_of
from neutralmodes.obligations.compactness import compactness
from neutralmodes.obligations.domain import domain
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.invariance import invariance
from neutralmodes.obligations.search import with_region
from neutralmodes_check.compactness import check_compactness
from neutralmodes_check.domain import check_domain
from neutralmodes_check.invariance import check_invariance
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System as Checked
from neutralmodes_systems import complex_lorenz, families

HERE = Path(__file__).parent
RESULTS, TITLE = HERE / "RESULTS.md", "## Regions"


def _systems() -> Any:
    spec = importlib.util.spec_from_file_location("region_systems", HERE.parent / "tests" / "region_systems.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _bare(system: nm.System) -> nm.System:
    twin = copy.copy(system)
    twin.region = None
    return twin


own = _systems()
RUNS: dict[str, Callable[[], nm.System]] = {
    **{f"T^{q}": lambda q=q: families.torus(q) for q in (1, 2, 4, 8)},
    **{f"SO({n})": lambda n=n: families.sphere(n) for n in (2, 4, 10)},
    **{f"U({m})": lambda m=m: families.unitary_sphere(m) for m in (1, 3, 7)},
    **{f"T^{q} x SO({n})": lambda q=q, n=n: families.product(q, n) for q, n in ((2, 3), (6, 8))},
    "coupled irreps, ten tanh units": own.coupled_irreps,
    "two SO(3) vectors": own.two_vectors,
    **{f"rate network, N = {n}": lambda n=n: own.rate_network(n) for n in (12, 24, 48, 96)},
    "gated map, every input": own.gated_map,
    **{f"ball with exp and cos, n = {n}": lambda n=n: own.waving_ball(n) for n in (2, 3)},
    "complex Lorenz, by search": lambda: _bare(complex_lorenz.system),
    **{f"Ginzburg-Landau, modes to {k}": lambda k=k: own.ginzburg_landau(k, multiplier=-8) for k in (1, 2)},
}


def measure(name: str) -> dict[str, Any]:
    """One system: CPU seconds to find and prove, and to check; sizes in bytes; peak memory in MiB."""
    system = RUNS[name]()
    begin = time.process_time()
    system, words = with_region(system)
    ground = Ground(system)
    found = [domain(ground), compactness(ground), invariance(ground)]
    proved = time.process_time() - begin
    statement = read_statement(json.loads(canonical(statement_of(system))))
    begin = time.process_time()
    for check, obligation in zip((check_domain, check_compactness, check_invariance), found, strict=True):
        check(Checked(statement), json.loads(canonical(obligation.proof)))
    checked = time.process_time() - begin
    last = found[-1].proof or {}
    entries = [entry["positivity"] for entry in last.get("faces", last.get("images", []))]
    trees = [p["tree"].split(" ") for p in entries if p["rule"] == "paving"]
    return {
        "n": ground.n,
        "faces": len(entries),
        "boxes": sum(len(tree) for tree in trees),
        "facts": sum("kernels" in p for p in entries),
        "seconds": proved,
        "check": checked,
        "size": sum(len(canonical(o.proof)) for o in found),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "words": words,
    }


def row(name: str, r: dict[str, Any]) -> str:
    """One line of the table."""
    return (
        f"| {name} | {r['n']} | {r['faces']} | {r['facts']} | {r['boxes']} | {r['seconds']:.2f} | "
        f"{r['check']:.2f} | {r['size'] / 1024:.1f} | {r['memory']:.0f} |"
    )


def section(rows: list[str]) -> str:
    """The section of RESULTS.md."""
    return "\n".join(
        [
            TITLE,
            "",
            f"`python benchmarks/regions.py` on {platform.machine()}, 2 cores shared with other work, "
            f"Python {platform.python_version()}.",
            "Domain, compactness and invariance together, in CPU seconds; goal: every one under 60 s and 2 GiB.",
            "With facts: faces proved by an identity with facts about functions; boxes: those of all pavings.",
            "",
            "| system | dimension | faces | with facts | boxes | proved, s | checked, s | proof, KiB | peak, MiB |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main(names: list[str]) -> None:
    """Run the named systems, or all of them and write the section."""
    rows = []
    for name in names or RUNS:
        command = [sys.executable, __file__, "--one", name]
        out = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(row(name, json.loads(out.stdout)))
        print(rows[-1], flush=True)
    if not names:
        text = RESULTS.read_text() if RESULTS.exists() else "# Results\n"
        text = re.sub(rf"{TITLE}\n.*?(?=\n## |\Z)", "", text, flags=re.DOTALL).rstrip()
        RESULTS.write_text(f"{text}\n\n{section(rows)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2])))
    else:
        main(sys.argv[1:])

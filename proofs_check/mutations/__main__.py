"""Command line: python -m mutations [options] CERTIFICATE.json ...; prints the table.

Exit code 1 where a changed shape or conclusion passes, a changed proof passes that is not another valid proof,
fewer than 99.5 % of changed proofs are refused, a changed statement finds checker and producer in disagreement,
or fewer than 95 % of the checker's own mutants are killed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from .source import SourceMutant, sample

Json = dict[str, Any]


def refusals(data: Json, kind: str, count: int) -> tuple[int, int, int]:
    """How many mutants were tried and refused, and how many of the others are valid by the slow rule."""
    from .operators import mutants
    from .refused import Judge
    from .slow import Slow

    tried = refused = valid = 0
    judge = Judge(data)
    for mutant in mutants(data, kind, count, seed=0):
        tried += 1
        if judge.refuses(mutant):
            refused += 1
            continue
        name = str(mutant.path[0])
        if kind == "proof" and Slow(data["statement"]).holds(name, mutant.data["obligations"][name]["proof"]):
            valid += 1
        else:
            print(f"  accepted: {data['statement']['name']} {kind} {mutant.path} {mutant.change}", flush=True)
    return tried, refused, valid


def agreements(data: Json, count: int) -> tuple[int, int]:
    """How many changed statements were tried, and on how many checker and fresh producer agree."""
    from .operators import mutants
    from .statements import disagreement

    tried = agreed = 0
    for mutant in mutants(data, "statement", count, seed=0):
        tried += 1
        why = disagreement(mutant)
        agreed += not why
        if why:
            print(f"  {data['statement']['name']} statement {mutant.path} {mutant.change}: {why}", flush=True)
    return tried, agreed


def of_the_checker(count: int, seed: int, part: tuple[int, int], files: list[str] | None) -> bool:
    """Print how many mutants of the checker its suite notices, file by file; whether they are at least 95 %."""
    from .equivalents import reason
    from .suite import judge

    tried, killed, began = Counter[str](), Counter[str](), time.monotonic()
    chosen = sample(count, seed, files)[part[0] - 1 :: part[1]]
    different = [mutant for mutant in chosen if not reason(mutant)]

    def say(mutant: SourceMutant, noticed: bool) -> None:
        tried[mutant.path.stem] += 1
        killed[mutant.path.stem] += noticed
        if not noticed:
            where = f"{mutant.path.name}:{mutant.line} {mutant.function}"
            print(f"  survives: {where}: {mutant.change}: {mutant.before[:110]!r}", flush=True)

    judge(different, say)
    print("; ".join(f"{stem} {killed[stem]}/{n}" for stem, n in sorted(tried.items())))
    share, took = killed.total() / max(1, tried.total()), time.monotonic() - began
    print(
        f"checker: {killed.total()} of {tried.total()} mutants noticed ({share:.1%}), "
        f"{len(chosen) - len(different)} more are equivalent, {took:.0f} s"
    )
    return share >= 0.95


def of_certificates(paths: list[Path], count: int, statements: int) -> bool:
    """Print one line a certificate and the totals; whether every wanted share is met."""
    sums: dict[str, list[int]] = {kind: [0, 0, 0] for kind in ("structure", "proof", "conclusion", "statement")}
    print("| certificate | structure | proof (valid otherwise) | conclusion | statement agrees | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    for path in paths:
        data, began, row = json.loads(path.read_text()), time.monotonic(), []
        for kind in ("structure", "proof", "conclusion"):
            found = refusals(data, kind, count)
            sums[kind] = [a + b for a, b in zip(sums[kind], found, strict=True)]
            row.append(f"{found[1]}/{found[0]}" + (f" ({found[2]})" if kind == "proof" else ""))
        tried, agreed = agreements(data, statements)
        sums["statement"] = [a + b for a, b in zip(sums["statement"], (tried, agreed, 0), strict=True)]
        row += [f"{agreed}/{tried}", f"{time.monotonic() - began:.0f}"]
        print(f"| {path.stem} | {' | '.join(row)} |", flush=True)
    for kind, (tried, good, valid) in sums.items():
        print(f"{kind}: {good} of {tried}" + (f", {valid} of the others valid" if kind == "proof" else ""))
    exact = all(sums[kind][0] == sums[kind][1] for kind in ("structure", "conclusion", "statement"))
    tried, good, valid = sums["proof"]
    return exact and good + valid == tried and good >= 0.995 * tried


def main(arguments: list[str] | None = None) -> int:
    """Try the mutations and print the table; the exit code."""
    parser = argparse.ArgumentParser(prog="mutations", description="Mutations of certificates and of the checker.")
    parser.add_argument("certificates", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=300, help="of structure, proof and conclusion, a certificate")
    parser.add_argument("--statements", type=int, default=300, help="changed statements, a certificate")
    parser.add_argument("--checker", type=int, default=0, help="mutants of the checker itself")
    parser.add_argument("--seed", type=int, default=0, help="of the sample of mutants of the checker")
    parser.add_argument(
        "--part", type=int, nargs=2, default=(1, 1), metavar=("K", "N"), help="the K-th of N parts of it"
    )
    parser.add_argument("--files", nargs="+", help="of the checker, by stem, instead of all that decide something")
    options = parser.parse_args(arguments)
    fine = True
    if options.checker:  # first, while the checker is not loaded
        fine = of_the_checker(options.checker, options.seed, tuple(options.part), options.files)
    fine &= not options.certificates or of_certificates(options.certificates, options.count, options.statements)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())

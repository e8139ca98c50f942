"""Certified counts of random small systems against their true zeros: python benchmarks/random_counts.py [COUNT].

Every row is kept in build/random_counts-DIGEST.csv as it is found, DIGEST that of the package's sources, so that a run
which was ended goes on where it stopped and never mixes two versions of the rules. The exit status is 1 where a count
is wrong.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from random_systems import Comparison, compare, family_of

ROOT = Path(__file__).resolve().parent.parent
CHUNK = 20  # seeds whose orbits are found at once
COLUMNS = [f.name for f in fields(Comparison)]
Row = dict[str, str]


def rows_path() -> Path:
    """The file of rows for the sources as they are."""
    sources = sorted((ROOT / "verify" / "neutralmodes").rglob("*.py"))
    digest = sha256(b"".join(p.read_bytes() for p in (*sources, ROOT / "tests" / "random_systems.py")))
    return ROOT / "build" / f"random_counts-{digest.hexdigest()[:12]}.csv"


def read_rows(path: Path) -> dict[int, Row]:
    """Rows by seed, none where there is no file."""
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {int(row["seed"]): row for row in csv.DictReader(file)}


def write_rows(path: Path, rows: dict[int, Row]) -> None:
    """All rows at once under a temporary name, so that a killed run leaves whole ones."""
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(".part")
    with fresh.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[seed] for seed in sorted(rows))
    fresh.replace(path)


def run(count: int, path: Path) -> dict[int, Row]:
    """Compare the seeds that have no row yet, chunk by chunk; every row by seed."""
    rows, begin = read_rows(path), time.process_time()
    missing = [seed for seed in range(count) if seed not in rows]
    for first in range(0, len(missing), CHUNK):
        found = compare(missing[first : first + CHUNK])
        rows |= {c.seed: {k: str(v) for k, v in asdict(c).items()} for c in found}
        write_rows(path, rows)
        print(f"{len(rows)} rows, {time.process_time() - begin:.0f} s of this run", flush=True)
    return {seed: rows[seed] for seed in range(count)}


def table(rows: dict[int, Row]) -> list[str]:
    """Families against conclusions, and how many claims were held against which truth."""
    verdicts = ["CERTIFIED", "CONDITIONAL", "UNDECIDED", "REFUTED"]
    lines = [f"| family | systems | {' | '.join(v.lower() for v in verdicts)} | claims | in 60 digits | wrong |"]
    lines.append("| --- " * (len(verdicts) + 5) + "|")
    for family in (*dict.fromkeys(map(family_of, rows)), "all"):
        own = [row for seed, row in rows.items() if family in (family_of(seed), "all")]
        tally = Counter(row["conclusion"] for row in own)
        claims = [row for row in own if row["claimed"] != "0"]
        exact, wrong = sum(row["exact"] == "True" for row in claims), sum(bool(row["wrong"]) for row in own)
        cells = [family, len(own), *(tally[v] for v in verdicts), len(claims), exact, wrong]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines


def main(count: int) -> int:
    rows = run(count, rows_path())
    print("\n".join(table(rows)))
    wrong = [row for row in rows.values() if row["wrong"]]
    for row in wrong:
        print(row)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))

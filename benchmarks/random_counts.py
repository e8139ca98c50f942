"""Certified counts of random small systems against their true zeros: python benchmarks/random_counts.py [COUNT]."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from random_systems import compare


def main(count: int) -> None:
    tally, begin = Counter[str](), time.process_time()
    for done, c in enumerate(compare(range(count)), 1):
        tally[c.conclusion] += 1
        tally["claims of at least one zero"] += c.claimed > 0
        tally["truth in 60 digits"] += c.exact
        tally["claims below the truth"] += c.zeros is not None and 0 < c.claimed < c.zeros
        tally["wrong"] += bool(c.wrong)
        if c.wrong:
            print(c)
        if done % 25 == 0 or done == count:
            print(done, f"{time.process_time() - begin:.0f} s", dict(tally), flush=True)


main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)

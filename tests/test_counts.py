"""No certified count exceeds the zeros of random small systems, found by brute force and in 60 digits."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import mpmath as mp
import numpy as np

import neutralmodes as nm

_SPEC = importlib.util.spec_from_file_location("random_systems", Path(__file__).with_name("random_systems.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
random_systems = sys.modules.setdefault("random_systems", importlib.util.module_from_spec(_SPEC))
_SPEC.loader.exec_module(random_systems)
FAMILIES, ZERO, coefficients = random_systems.FAMILIES, random_systems.ZERO, random_systems.coefficients
brute_force, exact_truth, family_of = random_systems.brute_force, random_systems.exact_truth, random_systems.family_of

COUNT = {"dev": 10, "ci": 40, "nightly": 500}[os.environ.get("HYPOTHESIS_PROFILE", "dev")]


def test_no_certified_count_exceeds_the_true_zeros():
    compared = list(random_systems.compare(range(COUNT)))
    assert not [c for c in compared if c.wrong]
    tally = Counter(c.conclusion for c in compared)
    assert tally[str(nm.Conclusion.CERTIFIED)] >= COUNT // 8, "certified systems are what the comparison is about"
    assert sum(c.claimed > 0 for c in compared) >= COUNT // 4
    assert sum(c.exact for c in compared) >= COUNT // 2


def test_a_count_that_is_one_too_high_is_noticed():
    """The mutant: a certificate of the spiral that claims two zeros."""
    seed = next(s for s in range(100) if family_of(s) == "spiral" and coefficients(s)[0] > 1)
    found = nm.certify(random_systems.system(seed), evidence=False, budget=1)
    found.result.statements[0].__dict__["count"] = 2
    (state,) = random_systems.orbit_ends(FAMILIES["spiral"], [seed])
    assert "2 zeros are claimed" in random_systems.compared(seed, state, found).wrong


def test_both_truths_agree_with_a_closed_form():
    """Where u is uncoupled (k = 0) and a > 0, the spiral's exponents are 0, -2a and -e."""
    free = [s for s in range(3000) if family_of(s) == "spiral" and not coefficients(s)[2] and coefficients(s)[0] > 0]
    free = [s for s in free if coefficients(s)[0] != coefficients(s)[6] / 2][:3]
    for seed, found, state in zip(free, *brute_force(FAMILIES["spiral"], free), strict=True):
        a, e = float(coefficients(seed)[0]), float(coefficients(seed)[6])
        assert np.allclose(np.sort(found), np.sort([0.0, -2 * a, -e]), atol=ZERO)
        assert exact_truth(seed, state) == (1, 1)


def test_the_truth_in_60_digits_tells_small_exponents_from_zero():
    """Eigenvalues 0 and -a at the sinking origin: a = 1/8 is no zero, and e = 0 is one."""
    seeds = [s for s in range(3000) if family_of(s) == "sinking" and coefficients(s)[0] == Fraction(1, 8)]
    slow = next(s for s in seeds if coefficients(s)[3] == 0)
    fast = next(s for s in seeds if coefficients(s)[3] > 0)
    assert exact_truth(slow, [0.0, 0.0, 0.0]) == (1, 0)
    assert exact_truth(fast, [0.0, 0.0, 0.0]) == (0, 0)
    assert mp.mp.dps < 60


def test_an_orbit_without_frames_ends_where_it_ends_with_them():
    for name in ("spiral", "stepping"):
        seeds = [s for s in range(30) if family_of(s) == name]
        with np.errstate(over="ignore", invalid="ignore"):
            ends, (_, states) = random_systems.orbit_ends(FAMILIES[name], seeds), brute_force(FAMILIES[name], seeds)
        assert np.array_equal(np.isfinite(ends), np.isfinite(states))
        finite = np.isfinite(ends).all(axis=1)
        assert finite.sum() >= 3
        assert np.allclose(ends[finite], states[finite], atol=1e-9)

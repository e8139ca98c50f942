"""The pytest plugin: what it adds to suites that use it, and that it leaves the others alone."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

# By its entry point where neutralmodes is installed, by hand in a bare checkout; never by both.
INSTALLED = any(entry.name == "neutralmodes" for entry in entry_points(group="pytest11"))
LOADED = () if INSTALLED else ("-p", "_neutralmodes_pytest")

HEAVY = ("sympy", "numpy", "scipy", "flint", "mpmath", "heyoka", "hypothesis", "neutralmodes", "rich", "click")

UNDECIDED = """
    import pytest
    import neutralmodes as nm
    from neutralmodes.testing import assert_neutral_modes

    @pytest.mark.neutralmodes
    def test_it():
        import sympy as sp
        x, y = sp.symbols("x y")
        field = nm.VectorField([x, y], [-x + sp.atan(1 + x**2) + sp.atan(1 / (1 + x**2)) - sp.pi / 2, -y])
        region = nm.Region.ball([x, y], 1)
        assert_neutral_modes(nm.System("veiled", field, nm.LieAction([x, y], [[-y, x]]), region), budget=0.5)
"""

CERTIFIED = """
    import pytest
    from neutralmodes.strategies import named_action, systems
    from neutralmodes.testing import assert_neutral_modes
    from hypothesis import given, settings, strategies as st

    @pytest.mark.neutralmodes
    @settings(max_examples=3, deadline=None, database=None)  # no deadline: certifying takes what it takes
    @given(systems(st.just(named_action("SO(2)")), kind="map", max_terms=1))
    def test_it(system):
        assert_neutral_modes(system)
"""

BROKEN = """
    from fractions import Fraction
    import pytest
    from hypothesis import given, settings
    from neutralmodes.strategies import equivariant_fields, named_action
    from neutralmodes.testing import assert_equivariant

    spin = named_action("SO(2)")

    @settings(deadline=None, database=None)  # no deadline: the first example starts LAPACK
    @given(equivariant_fields(spin))
    def test_it(field):
        assert_equivariant(lambda x: planted(field, x), spin, samples=8)

    def planted(field, x):
        total = 0 * x
        for component, (a, b), c in field.terms():
            total[component] += float(c) * (abs(x[0]) if a == 3 else x[0]) ** a * x[1] ** b
        return total
"""


class Suite:
    """A suite in its own folder, run in its own process."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment

    def run(self, source: str, *options: str) -> subprocess.CompletedProcess[str]:
        import textwrap

        (self.folder / "test_drawn.py").write_text(textwrap.dedent(source))
        command = [sys.executable, "-m", "pytest", *LOADED, "-rs", *options]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )


@pytest.fixture
def suite(tmp_path: Path, environment: dict[str, str]) -> Suite:
    return Suite(tmp_path, environment | {"PYTEST_ADDOPTS": ""})


def test_the_header_names_neutralmodes(suite: Suite) -> None:
    assert "neutralmodes: " in suite.run("def test_it(): pass").stdout


def test_options_and_marker_are_documented(suite: Suite) -> None:
    out = suite.run("def test_it(): pass", "--help").stdout
    assert "--neutralmodes-strict" in out
    assert "--neutralmodes-save" in out
    assert "neutralmodes: checks" in suite.run("def test_it(): pass", "--markers").stdout


def test_undecided_is_a_skip_that_says_what_would_settle_it(suite: Suite) -> None:
    done = suite.run(UNDECIDED)
    assert done.returncode == 0
    assert "1 skipped" in done.stdout
    assert "UNDECIDED" in done.stdout
    assert "to settle it: rewrite the rule" in done.stdout


def test_undecided_fails_under_strict(suite: Suite) -> None:
    done = suite.run(UNDECIDED, "--neutralmodes-strict")
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "--neutralmodes-strict" in done.stdout.split("replay:")[1]


def test_certificates_are_saved_on_request_only(suite: Suite) -> None:
    assert suite.run(CERTIFIED).returncode == 0
    assert not list(suite.folder.rglob("*.json"))
    done = suite.run(CERTIFIED, "--neutralmodes-save", "kept")
    files = list((suite.folder / "kept").glob("random-map-*.json"))
    assert done.returncode == 0, done.stdout
    assert files
    assert all(json.loads(file.read_text())["conclusion"]["verdict"] == "CERTIFIED" for file in files)


def test_the_number_of_random_examples_is_printed(suite: Suite) -> None:
    assert "neutralmodes: 1 tests, 3 random examples" in suite.run(CERTIFIED).stdout


def test_a_failure_reports_the_smallest_counterexample_and_its_replay(suite: Suite) -> None:
    out = suite.run(BROKEN, "--hypothesis-seed=7").stdout
    assert "({('I', 3): 1}:" in out or "({('J', 3): 1}:" in out
    section = out.split("- neutralmodes -")[1]
    assert "smallest counterexample: g = exp(generator 0), x = [" in section
    assert "replay: python -m pytest 'test_drawn.py::test_it' --hypothesis-seed=7" in section


def test_a_suite_that_does_not_use_it_sees_nothing_of_it(suite: Suite) -> None:
    source = "import pytest\ndef test_good(): pass\ndef test_bad(): assert 0\ndef test_skip(): pytest.skip('why')\n"
    with_plugin = suite.run(source, "-v").stdout
    assert "1 failed, 1 passed, 1 skipped" in with_plugin
    assert "replay" not in with_plugin
    assert "random examples" not in with_plugin


def test_it_loads_and_runs_where_every_heavy_import_fails(suite: Suite) -> None:
    blocked = f"import sys\nfor name in {HEAVY!r}: sys.modules[name] = None\n"
    (suite.folder / "blocker.py").write_text(blocked)
    done = suite.run("def test_it(): pass", "-p", "blocker", "-p", "no:hypothesispytest")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_it_has_no_fixtures(suite: Suite) -> None:
    out = suite.run("def test_it(): pass", "--fixtures", "-v").stdout
    assert "_neutralmodes_pytest" not in out.split("collected")[-1]


def test_the_environment_is_as_it_was_after_a_run(suite: Suite) -> None:
    code = (
        f"import os, pytest; pytest.main(['-q', *{LOADED!r}, '--neutralmodes-save', 'd']); "
        "print('LEFT', os.environ.get('NEUTRALMODES_SAVE'))"
    )
    (suite.folder / "test_drawn.py").write_text("import os\ndef test_it(): assert os.environ['NEUTRALMODES_SAVE']\n")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=suite.folder, env=suite.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "1 passed" in done.stdout
    assert "LEFT None" in done.stdout


def downstream(root: Path, environment: dict[str, str], tmp_path: Path, *options: str, **more: str) -> str:
    import shutil

    project = tmp_path / "downstream"
    shutil.copytree(root / "examples" / "downstream", project)
    command = [sys.executable, "-m", "pytest", *LOADED, *options]
    done = subprocess.run(
        command, cwd=project, env=environment | more, capture_output=True, text=True, check=False, timeout=300
    )
    return done.stdout


def test_the_downstream_example_is_short_and_passes(root: Path, environment: dict[str, str], tmp_path: Path) -> None:
    source = (root / "examples" / "downstream" / "tests" / "test_ringlaser.py").read_text()
    assert len(source.splitlines()) < 40
    assert "9 passed" in downstream(root, environment, tmp_path)


def test_the_downstream_bug_is_found_and_shrinks_to_one_term(
    root: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    out = downstream(root, environment, tmp_path, "-k", "fast", RINGLASER_BUG="1")
    assert "field = EquivariantField({('E1', 3): 1}: x' = x^3 + x*y^2, y' = y^3 + y*x^2, z' = 0, w' = 0)" in out

"""HTML reports: self-contained, true to the certificate, and readable in a real browser at any width."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import neutralmodes as nm
from neutralmodes import report
from neutralmodes.errors import CertificateError
from neutralmodes.report import words
from neutralmodes.report.proofs import _RULES, summary
from neutralmodes.theorem import Statement

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")

_SPEC = importlib.util.spec_from_file_location("browser", Path(__file__).with_name("browser.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
chromium = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(chromium)

Run = Callable[..., subprocess.CompletedProcess[str]]

PHASES = """\
import sympy as sp
import neutralmodes as nm

x, y, u = sp.symbols("x y u", real=True)
r2 = x**2 + y**2
rule = [x * (1 - r2) - y * (1 + u), y * (1 - r2) + x * (1 + u), -u]
action = nm.LieAction([x, y, u], [[-y, x, 0]], group="SO(2)")
region = nm.Region([r2 - sp.Rational(1, 4), 4 - r2, 1 - u**2])
certified = nm.System("phase & drive", nm.VectorField([x, y, u], rule), action, region, start=[1, 0, "1/2"])
broken = nm.System(
    "broken", nm.VectorField([x, y, u], [rule[0] + x / 10**9, *rule[1:]]), action, region, start=[1, 0, "1/2"]
)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Certificates with their pages, and an index, in one folder."""
    folder = tmp_path_factory.mktemp("certificates")
    namespace: dict[str, Any] = {}
    exec(compile(PHASES, "phases", "exec"), namespace)
    made = {
        "certified": nm.certify(namespace["certified"], time=20),
        "broken": nm.certify(namespace["broken"], evidence=False),
    }
    found = {name: c.save(folder / f"{name}.json") for name, c in made.items()}
    pages = {f"{name} page": report.write(nm.load(path), path) for name, path in found.items()}
    index = report.write_index(folder, found.values(), [("no-such", "no system 'no-such' <in the catalogue>")])
    return {**found, **pages, "index": index}


PAGES = ["certified page", "broken page", "index"]


class Outline(HTMLParser):
    """What assistive technology relies on: ids, labels, captions, headings, scopes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_nothing_from_elsewhere(name: str, files: dict[str, Path]) -> None:
    outline = Outline(files[name].read_text(encoding="utf-8"))
    assert not outline.all("script")
    for _, attributes in outline.tags:
        for key in ("src", "href", "xlink:href"):
            target = attributes.get(key) or "#"
            assert target.startswith(("#", "data:")) or (files[name].parent / target).exists()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_without_seeing_it(name: str, files: dict[str, Path]) -> None:
    text = files[name].read_text(encoding="utf-8")
    outline = Outline(text)
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = " ".join(a.get("aria-labelledby") or "" for _, a in outline.tags).split()
    assert set(named) <= set(ids)
    assert all(a.get("role") == "img" and a.get("aria-labelledby") for a in outline.all("svg"))
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert all(a.get("scope") in ("col", "row") for a in outline.all("th"))
    assert outline.all("html")[0]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_download_is_the_certificate_byte_for_byte(files: dict[str, Path]) -> None:
    outline = Outline(files["certified page"].read_text(encoding="utf-8"))
    (link,) = [a for a in outline.all("a") if "download" in a]
    assert link["download"] == "certified.json"
    assert base64.b64decode((link["href"] or "").split(",", 1)[1]) == files["certified"].read_bytes()


def test_every_obligation_is_there_with_its_verdict(files: dict[str, Path]) -> None:
    for name in ("certified", "broken"):
        page = re.sub(r"\s+", " ", files[f"{name} page"].read_text(encoding="utf-8"))
        for obligation, data in json.loads(files[name].read_text())["obligations"].items():
            verdict = data["verdict"]
            assert f'>{obligation}</th> <td><span class="verdict {verdict}">{verdict}</span>' in page


def test_a_refutation_shows_its_counterexample(files: dict[str, Path]) -> None:
    page = files["broken page"].read_text(encoding="utf-8")
    witness = json.loads(files["broken"].read_text())["obligations"]["equivariance"]["witness"]
    assert witness["text"] in page
    assert ", ".join(f"{k} = {v}" for k, v in witness["point"].items()) in page


def test_every_number_says_where_it_comes_from(files: dict[str, Path]) -> None:
    page, evidence = files["certified page"].read_text(encoding="utf-8"), nm.load(files["certified"]).evidence
    for name, record, key in re.findall(r"<code>(evidence)\.(\w+)\.(\w+)</code>", page):
        assert name
        assert key in evidence[record]
    assert f"{float(evidence['spectrum']['exponents'][0]):+.6g}" in page
    assert "evidence.transport.residual" in page


def test_text_of_a_certificate_is_text_of_the_page(files: dict[str, Path], tmp_path: Path) -> None:
    """A hostile name, method, command or equation is shown, never run."""
    evil = '<img src=x onerror="alert(1)">'
    certificate = nm.load(files["certified"])
    statement = certificate.statement | {"name": evil, "group": evil, "variables": [evil, "y", "u"]}
    hostile = nm.Certificate(
        statement,
        certificate.obligations,
        certificate.result,
        certificate.evidence | {"explained": [evil]},
        certificate.provenance | {"command": evil, "versions": {evil: evil}},
    )
    outline = Outline(report.certificate_page(hostile, evil))
    assert not outline.all("img")
    index = report.write_index(tmp_path, [hostile.save(tmp_path / "c.json")])
    assert not Outline(index.read_text(encoding="utf-8")).all("img")


@pytest.mark.parametrize(
    "evidence",
    [
        {"spectrum": {"exponents": ["zero"], "errors": ["0"], "error_methods": [""], "effective_samples": ["1"]}},
        {"spectrum": {"exponents": ["0"], "errors": []}},
        {"spectrum": 3},
        {"transport": {"record": [[]], "working_digits": "many", "digits": 1, "error": "0"}},
        {"trajectory": {"states": []}},
    ],
)
def test_numbers_that_make_no_sense_are_refused_in_one_line(files: dict[str, Path], evidence: dict[str, Any]) -> None:
    certificate = nm.load(files["certified"])
    hostile = nm.Certificate(certificate.statement, certificate.obligations, certificate.result, evidence, {})
    with pytest.raises(CertificateError, match="malformed"):
        report.certificate_page(hostile)


def test_every_theorem_and_every_rule_of_a_proof_has_its_words(root: Path) -> None:
    assert all(words.because(Statement(1, theorem, "group", "N")) for theorem in ("U", "U'", "W", "R", "I"))
    used: set[str] = set()
    for path in (root / "verify" / "neutralmodes").rglob("*.py"):
        used |= set(re.findall(r'"rule": "([\w-]+)"', path.read_text(encoding="utf-8")))
    assert len(used) > 10
    assert used - {"open"} <= set(_RULES)


def test_a_proof_is_summed_up_with_its_margin() -> None:
    identity = {"rule": "positivstellensatz", "margin": "3/8", "products": [{"of": [], "squares": [["1", []]]}]}
    lines = summary({"rule": "faces", "faces": [{"of": 0, "positivity": identity}] * 2})
    assert "2 identities with 2 squares in all; smallest margin 3/8" in lines
    assert summary(None) == []


def test_the_command_writes_the_page_of_a_certificate_that_holds(neutralmodes: Run, files: dict[str, Path]) -> None:
    done = neutralmodes("report", str(files["certified"]), "--out", "pages")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "wrote pages/certified.html\n")


def test_the_command_writes_no_page_for_a_forgery(neutralmodes: Run, files: dict[str, Path], tmp_path: Path) -> None:
    """The digest is made anew, so only the checker can tell."""
    from neutralmodes.certificate import digest, file_text

    data = json.loads(files["broken"].read_text())
    data["obligations"]["equivariance"] |= {
        "verdict": "PROVED",
        "witness": None,
        "proof": {"rule": "identity", "generators": [0]},
    }
    data["digest"] = digest({key: data[key] for key in ("schema", "statement", "obligations", "conclusion")})
    (tmp_path / "forged.json").write_text(file_text(data))
    done = neutralmodes("report", "forged.json")
    assert done.returncode == 1
    assert "NOT re-derived" in done.stderr
    assert not (tmp_path / "forged.html").exists()


def test_without_the_extra_one_line_names_it_and_certificates_are_written(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """A catalogue of one system, certified as `make certify` does, where jinja2 is missing."""
    (tmp_path / "run.py").write_text(
        "import sys\nsys.modules['jinja2'] = None\n"
        "from neutralmodes import cli, targets\n"
        "targets.catalogue = lambda: {'phases.py:certified': None}\n"
        "sys.exit(cli.main(['certify', '--all', '--no-evidence', '--out', 'c']))\n"
    )
    (tmp_path / "phases.py").write_text(PHASES)
    command = [sys.executable, "run.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "neutralmodes: no HTML pages: reports need jinja2 and matplotlib: pip install 'neutralmodes[report]'\n"
    )
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["phase-drive.json"]


def test_a_whole_run_has_an_index_with_what_failed(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "run.py").write_text(
        "import sys\nfrom neutralmodes import cli, targets\n"
        "targets.catalogue = lambda: {'phases.py:certified': None, 'phases.py:absent': None}\n"
        "sys.exit(cli.main(['certify', '--all', '--no-evidence', '--out', 'c']))\n"
    )
    (tmp_path / "phases.py").write_text(PHASES)
    command = [sys.executable, "run.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert sorted(p.name for p in (tmp_path / "c").iterdir()) == ["index.html", "phase-drive.html", "phase-drive.json"]
    index = (tmp_path / "c" / "index.html").read_text(encoding="utf-8")
    assert '<a href="phase-drive.html">phase &amp; drive</a>' in index
    assert "phases.py:absent" in index


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if chromium.executable() is None:
        pytest.skip(f"no browser: none of {', '.join(chromium.NAMES)} is installed (Debian: apt-get install chromium)")
    with chromium.browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
CONTRAST = """
(() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const paper = node => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(c => c.nodeType === 3 && c.textContent.trim());
    if (!own || !node.getClientRects().length || node.closest('title, desc')) continue;
    const style = getComputedStyle(node);
    const [one, two] = [light(parse(node.closest('svg') ? style.fill : style.color)), light(paper(node))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) poor.push(node.tagName + ' ' + node.textContent.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
  }
  return poor;
})()
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_in_a_browser_nothing_overflows_fails_or_fades(
    page: Any, files: dict[str, Path], name: str, width: int, dark: bool
) -> None:
    page.open(files[name], width, dark)
    assert page.ask("matchMedia('(prefers-color-scheme: dark)').matches") is dark
    page.ask(OPEN_ALL)
    assert page.ask(OVERFLOW) <= 0
    assert page.ask(CONTRAST) == []
    assert page.complaints == []


def test_the_keyboard_reaches_the_skip_link_first_and_what_scrolls(page: Any, files: dict[str, Path]) -> None:
    page.open(files["certified page"], 360)
    page.press("Tab", 9)
    assert page.ask("document.activeElement.textContent") == "Skip to the content"
    wide = "[...document.querySelectorAll('.wide')].filter(d => d.scrollWidth > d.clientWidth && d.tabIndex < 0).length"
    assert page.ask(wide) == 0


BAD = {
    "overflow": ("<p style='width: 2000px'>wide</p>", lambda page: page.ask(OVERFLOW) > 0),
    "contrast": ("<p style='color: #999; background: #fff'>faint</p>", lambda page: page.ask(CONTRAST) != []),
    "console": ("<script>console.error('no')</script>", lambda page: page.complaints != []),
    "thrown": ("<script>throw new Error('no')</script>", lambda page: page.complaints != []),
    "network": ("<img alt='' src='http://localhost:9/x.png'>", lambda page: page.complaints != []),
}


@pytest.mark.parametrize("name", BAD)
def test_the_browser_checks_can_fail(page: Any, tmp_path: Path, name: str) -> None:
    markup, caught = BAD[name]
    (tmp_path / "bad.html").write_text(f"<!DOCTYPE html><html lang='en'><body>{markup}</body></html>")
    page.open(tmp_path / "bad.html", 360)
    assert caught(page)

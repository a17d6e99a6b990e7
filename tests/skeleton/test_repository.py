"""What a file of the repository must not hold: where it was made, and where packages came from."""

import re

import pytest

from tests.skeleton.checkout import ROOT, repository_files

# Each pattern is written so that it does not match itself.
MACHINE_PATH = re.compile(rb"(?<![\w.*)}])/(?:[w]ork|[r]oot|[h]ome|[U]sers)/[\w.]")
REGISTRY_HOST = re.compile(
    rb"[p]ypi\.(?:org|python)|[p]ythonhosted|[n]pmjs\.(?:org|com)|[d]ebian\.org|[u]buntu\.com"
    rb"|[m]irrors?\.[a-z0-9-]+\.|[a]rtifactregistry|[p]kg\.dev"
)


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (MACHINE_PATH, b"open('/" + b"work/main/x.pdf')"),
        (MACHINE_PATH, b"PATH=/" + b"root/.local/bin"),
        (REGISTRY_HOST, b"https://" + b"pypi" + b".org/simple"),
        (REGISTRY_HOST, b"mirrors" + b".tuna.example"),
    ],
    ids=["folder", "home", "index", "mirror"],
)
def test_patterns_see_what_they_are_for(pattern: re.Pattern[bytes], example: bytes) -> None:
    assert pattern.search(example)


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY_HOST], ids=["machine", "registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[bytes]) -> None:
    files = repository_files()
    assert ROOT / "pyproject.toml" in files
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path in files
        if (match := pattern.search(path.read_bytes()))
    ]
    assert found == []

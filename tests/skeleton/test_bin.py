"""The scripts in bin/, run in a copy of the checkout on a machine of which every program is fake."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.skeleton.checkout import ROOT

TOOLS = (
    "bash",
    "cat",
    "cp",
    "dirname",
    "env",
    "flock",
    "grep",
    "mkdir",
    "readlink",
    "rm",
    "sed",
    "sha256sum",
    "sleep",
    "tee",
)

# Enough of Python for bin/setup. It notes what it is asked for, and fails while a file `broken` exists.
PYTHON = """#!/usr/bin/env bash
case "$*" in
    *sys.executable*) readlink -f "$0" ;;
    *ensurepip*) [[ ! -e {machine}/no-ensurepip ]] ;;
    *%d.%d-venv*) echo python3.11-venv ;;
    "-m venv "*) echo venv >>{machine}/log; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
    *"pip install"*)
        echo "pip ${{*: -1}}" | sed "s#/.*/##" >>{machine}/log
        sleep 0.1
        [[ ! -e {machine}/broken ]] ;;
esac
"""


def packages(name: str) -> list[str]:
    return (ROOT / name).read_text().split()


@dataclass(frozen=True)
class Machine:
    """A folder with a checkout and the only programs that its scripts can see."""

    folder: Path

    @property
    def checkout(self) -> Path:
        return self.folder / "my checkout"

    def program(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.unlink(missing_ok=True)
        path.write_text(script)
        path.chmod(0o755)

    def without(self, name: str) -> None:
        (self.folder / "bin" / name).unlink()

    def with_packages(self, *lists: str) -> None:
        """Let dpkg-query know the packages of these lists as installed."""
        installed = [name for each in lists for name in packages(each)]
        lines = "".join(f"echo '{name} ii '\n" for name in installed)
        self.program("dpkg-query", f"#!/usr/bin/env bash\n{lines}")

    def start(self, *command: str | Path, user: int | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={"PATH": str(self.folder / "bin")},
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str | Path, user: int | None = None) -> tuple[int, str, str]:
        running = self.start(*command, user=user)
        out, err = running.communicate(timeout=20)
        return running.returncode, out, err

    def setup(self, *arguments: str, user: int | None = None) -> tuple[int, str, str]:
        return self.run(self.checkout / "bin" / "setup", *arguments, user=user)

    def steps(self) -> list[str]:
        """Return what Python was asked to do since the last call."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def machine() -> Iterator[Machine]:
    # Not tmp_path: that is closed to the ordinary user that some tests become.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Machine(folder)
        (folder / "bin").mkdir()
        made.checkout.mkdir()
        shutil.copytree(ROOT / "bin", made.checkout / "bin")
        for path in [*ROOT.glob("requirements*"), ROOT / "pyproject.toml"]:
            shutil.copy(path, made.checkout)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None
            (folder / "bin" / tool).symlink_to(found)
        made.program("python3", PYTHON.format(machine=folder))
        made.program("apt-get", f'#!/usr/bin/env bash\necho "apt-get $*" >>{folder}/log\n')
        made.with_packages("requirements.apt", "requirements-dev.apt")
        yield made


RUN = ["venv", "pip requirements.lock"]
DEV = ["pip requirements-dev.lock"]
PROJECT = ["pip my checkout"]


def test_run_environment_is_made_once(machine: Machine) -> None:
    assert machine.setup("run")[0] == 0
    assert machine.steps() == RUN + PROJECT
    assert machine.setup("run") == (0, "", "")
    assert machine.steps() == []


def test_dev_environment_is_put_on_top(machine: Machine) -> None:
    machine.setup("run")
    machine.steps()
    assert machine.setup("dev")[0] == 0
    assert machine.steps() == DEV
    assert machine.setup("run") == (0, "", "")
    assert machine.setup("dev") == (0, "", "")


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        ("requirements.lock", RUN + DEV + PROJECT),
        ("requirements-dev.lock", DEV),
        ("pyproject.toml", PROJECT),
    ],
)
def test_only_what_a_changed_file_touches_is_made_again(
    machine: Machine, changed: str, steps: list[str]
) -> None:
    machine.setup("dev")
    machine.steps()
    with (machine.checkout / changed).open("a") as file:
        file.write("# changed\n")
    assert machine.setup("dev")[0] == 0
    assert machine.steps() == steps


def test_interrupted_set_up_is_taken_again(machine: Machine) -> None:
    (machine.folder / "broken").touch()
    assert machine.setup("run")[0] != 0
    assert machine.steps() == RUN
    (machine.folder / "broken").unlink()
    assert machine.setup("run")[0] == 0
    assert machine.steps() == RUN + PROJECT


def test_moved_checkout_gets_a_new_environment(machine: Machine) -> None:
    machine.setup("run")
    machine.steps()
    moved = machine.checkout.rename(machine.folder / "elsewhere")
    assert machine.run(moved / "bin" / "setup")[0] == 0
    assert machine.steps() == [*RUN, "pip elsewhere"]


def test_two_at_once_set_up_once(machine: Machine) -> None:
    both = [machine.start(machine.checkout / "bin" / "setup", "run") for _ in range(2)]
    for running in both:
        running.communicate(timeout=20)
    assert [running.returncode for running in both] == [0, 0]
    assert machine.steps() == RUN + PROJECT


def test_missing_packages_are_installed(machine: Machine) -> None:
    machine.with_packages("requirements-dev.apt")
    (machine.folder / "no-ensurepip").touch()
    if os.geteuid() != 0:
        machine.program(
            "sudo", '#!/usr/bin/env bash\n[[ $1 == -n ]] && shift\n[[ $1 == true ]] || "$@"\n'
        )
    code, out, err = machine.setup("run")
    assert (code, out) == (0, "")
    wanted = "fonts-wqy-microhei poppler-data poppler-utils redis-server tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-eng python3.11-venv"
    assert f"dangan: installing {wanted}\n" in err
    update, install, *_ = machine.steps()
    assert update.endswith(" update")
    assert install.endswith(f" install --yes --no-install-recommends {wanted}")


def test_check_names_what_is_missing_and_changes_nothing(machine: Machine) -> None:
    machine.with_packages("requirements.apt")
    code, out, err = machine.setup("dev", "--check")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f"dangan: missing packages: {' '.join(packages('requirements-dev.apt'))}",
        "dangan: .venv is missing or out of date",
    ]
    assert machine.steps() == []
    assert not (machine.checkout / ".venv").exists()


def test_ordinary_user_without_sudo_is_told_the_command(machine: Machine) -> None:
    machine.with_packages("requirements-dev.apt")
    user = 65534 if os.geteuid() == 0 else None
    assert machine.setup("run", user=user) == (
        1,
        "",
        (
            "dangan: packages are missing and this user may not install them;"
            " run this as root, then try again:\n"
            "    apt-get update && apt-get install --no-install-recommends"
            " fonts-wqy-microhei poppler-data poppler-utils redis-server tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-eng\n"
        ),
    )


def test_failing_apt_is_told_with_the_command(machine: Machine) -> None:
    machine.with_packages("requirements.apt")
    machine.program("apt-get", "#!/usr/bin/env bash\nexit 100\n")
    machine.program("sudo", '#!/usr/bin/env bash\n[[ $1 == -n ]] || "$@"\n')
    code, _, err = machine.setup("dev")
    assert code == 1
    assert "the packages could not be installed; run this as root, then try again:\n" in err
    assert err.endswith(f" {' '.join(packages('requirements-dev.apt'))}\n")


def test_old_python_is_refused(machine: Machine) -> None:
    machine.program("python3", "#!/usr/bin/env bash\nexit 1\n")
    assert machine.setup("run") == (
        1,
        "",
        (
            "dangan: needs Python 3.11, 3.12, 3.13 or 3.14:"
            " as python3, as python3.x, or named by PYTHON\n"
        ),
    )


def test_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    machine.program("python3", "#!/usr/bin/env bash\nexit 1\n")
    machine.program("python3.12", PYTHON.format(machine=machine.folder))
    assert machine.setup("run")[0] == 0


def test_system_without_dpkg_is_taken_at_its_word(machine: Machine) -> None:
    machine.without("dpkg-query")
    machine.without("apt-get")
    assert machine.setup("dev")[0] == 0


def test_dangan_is_the_command_itself(machine: Machine) -> None:
    machine.setup("run")
    command = machine.checkout / ".venv" / "bin" / "dangan"
    command.write_text('#!/usr/bin/env bash\nprintf "%s|" "$PWD" "$@"\nexit 3\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    link = machine.folder / "dangan"
    link.symlink_to(machine.checkout / "bin" / "dangan")
    for called in (link, machine.checkout / "bin" / "dangan"):
        assert machine.run(called, "extract", "a b.pdf", "") == (
            3,
            f"{machine.folder}|extract|a b.pdf||",
            "",
        )


def test_fonts_of_the_samples_are_installed() -> None:
    installed = packages("requirements.apt") + packages("requirements-dev.apt")
    assert set(packages("samples/fonts.txt")) <= set(installed)

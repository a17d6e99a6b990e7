"""A real service with real workers, and Debian's Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    expect,
    sync_playwright,
)

from core.store.database import Store, open_store, sqlite_url
from tests.parts import eventually, missing

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "songjiang-2023.pdf"
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FORM_5 = (8, 9)
FORM_3 = (5, 6)
"""Its pages of the sample: a table that runs over the break."""
STRUCK = "/indicators/5/actual"
"""The value on its second page that a pen strikes out, so that only a person can say what stands there."""
PEN = (
    b"q 0.1 G 1.3 w 381.6 772.5 m 383.7 763.5 l"
    + b"".join(
        b" %.1f %.1f l" % (385.9 + 2.13 * turn, (772.5, 763.5)[turn % 2]) for turn in range(8)
    )
    + b" S Q"
)
"""The zigzag of the pen in points from the lower left corner of the page."""


expect.set_options(timeout=20_000)


class Service:
    """`dangan serve` on a folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{probe.getsockname()[1]}"
        self.url = f"http://{self.host}"
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("DANGAN_")
        }
        self.log = data.with_suffix(".log").open("wb")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from cli.main import app; app()", "serve"),
                *("--data", str(data), "--port", self.host.partition(":")[2]),
            ],
            env={**inherited, "DANGAN_LANG": "zh", "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
        )

    def store(self) -> Store:
        """Open its database; for what a test does behind its back."""
        return open_store(sqlite_url(self.data / "dangan.db"))

    def answers(self) -> bool:
        assert self.process.poll() is None, Path(self.log.name).read_text(errors="replace")
        host, _, port = self.host.partition(":")
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    if shutil.which("redis-server") is None:
        missing("redis-server")
    running = Service(tmp_path_factory.mktemp("served") / "data")
    try:
        eventually(running.answers, 60, "the service answers")
        yield running
    finally:
        running.end()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("chromium")
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *root])
        yield browser
        browser.close()


class Witness:
    """What a page complained of, and whom it asked."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.dialogues: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("dialog", self._dialogue)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _dialogue(self, dialogue: Dialog) -> None:
        self.dialogues.append(dialogue.message)
        dialogue.dismiss()


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def context(chromium: Browser, service: Service) -> Iterator[BrowserContext]:
    """Give a browser without a past, as wide as an office screen."""
    opened = chromium.new_context(
        base_url=service.url, locale="zh-CN", viewport={"width": 1280, "height": 800}
    )
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, service: Service, witness: Witness) -> Iterator[Page]:
    """Give a page; at the end nothing may have been amiss, nor anybody else been asked."""
    opened = context.new_page()
    witness.watch(opened)
    yield opened
    assert witness.complaints == []
    assert witness.dialogues == []
    assert witness.hosts <= {service.host}


@pytest.fixture(scope="package")
def form_5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the scan of one form of the sample."""
    return _pages_of_sample(FORM_5, tmp_path_factory.mktemp("scans") / "日常办公经费.pdf")


@pytest.fixture(scope="package")
def form_3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the scan of a form with a value in doubt."""
    return _pages_of_sample(FORM_3, tmp_path_factory.mktemp("scans") / "产业要素对接.pdf", PEN)


def _pages_of_sample(numbers: Sequence[int], path: Path, drawn_on_last: bytes = b"") -> Path:
    with pikepdf.open(SAMPLE) as sample, pikepdf.new() as short:
        for number in numbers:
            short.pages.append(sample.pages[number - 1])
        if drawn_on_last:
            short.pages[-1].contents_add(short.make_stream(drawn_on_last))
        short.save(path)
    return path

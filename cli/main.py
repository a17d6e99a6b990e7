"""The `dangan` command."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version as installed_version
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from cli import keys
from cli.backfill.command import BackfillOrder, backfill
from cli.backfill.steering import CampaignOrder, campaign
from cli.client.campaigns import What
from cli.client.outcome import Wanted
from cli.client.progress import Progresses
from cli.client.server import Address
from cli.client.status import StatusOrder, status
from cli.client.submit import SubmitOrder, submit
from cli.client.told import ServerSaid
from cli.display import Display
from cli.extract import INTERRUPTED, Order, exit_code, extract, failure_line, perform
from cli.learn import LearnOrder, learn
from cli.page_range import ALL_PAGES, parse_page_range
from cli.pool import PoolLimits
from cli.service.migrate import migrate
from cli.service.serve import Addresses, serve
from core.bells import Priority
from core.errors import DanganError
from core.exports import Format, RecordFormat
from core.messages import LANGUAGES, Language, say
from core.places import vocabulary_folder
from core.readings import ReaderName
from core.settings import Settings, read_settings
from core.store.keys import MOST_PER_S, MOST_UPLOAD_MB, KeyLimits
from core.vocabulary import of_folder
from worker.steps import FormOptions, ReadOptions


def _help_language() -> Language:
    """Return the language of the help texts: they are needed before a setting can be refused."""
    wanted = os.environ.get("DANGAN_LANG")
    return next((language for language in LANGUAGES if language == wanted), "zh")


def _help(code: str) -> str:
    return say("help", code, _help_language())


def _short(code: str) -> str:
    """Return the first sentence, for the list of commands; without spaces all of it would be cut off."""
    return re.split(r"(?<=。)|(?<=\.)\s", _help(code), maxsplit=1)[0]


app = typer.Typer(
    name="dangan",
    help=_help("dangan"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command("extract", help=_help("extract"), short_help=_short("extract"), no_args_is_help=True)
def extract_command(  # noqa: PLR0913, PLR0917  the options of the command
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help=_help("files"))],
    format_: Annotated[Format | None, typer.Option("--format", help=_help("format"))] = None,
    out: Annotated[Path | None, typer.Option(help=_help("out"))] = None,
    out_dir: Annotated[Path | None, typer.Option(help=_help("out_dir"))] = None,
    links: Annotated[str | None, typer.Option(help=_help("links"))] = None,
    pages: Annotated[str | None, typer.Option(help=_help("pages"))] = None,
    reader: Annotated[ReaderName, typer.Option(help=_help("reader"))] = "ppocr",
    dpi: Annotated[int, typer.Option(min=72, max=1200, help=_help("dpi"))] = 300,
    fiscal_year: Annotated[
        int | None, typer.Option(min=1990, max=2099, help=_help("forms_year"))
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help=_help("jobs"))] = None,
    overlay: Annotated[Path | None, typer.Option(help=_help("overlay"))] = None,
    lang: Annotated[Language | None, typer.Option(help=_help("lang"))] = None,
    timings: Annotated[bool, typer.Option("--timings", help=_help("timings"))] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help=_help("verbose"))] = False,
) -> None:
    """Read files and print or write their documents.

    The context's object performs the steps; without one, the real pipeline does.
    """
    language: Language = lang or _help_language()
    display = Display(language, verbose=verbose)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        settings = read_settings(os.environ)
        order = Order(
            arguments=tuple(files),
            format=format_,
            out=out,
            out_dir=out_dir,
            options=ReadOptions(reader, dpi),
            pages=ALL_PAGES if pages is None else parse_page_range(pages),
            overlay=overlay,
            jobs=jobs or settings.jobs or len(os.sched_getaffinity(0)),
            limits=PoolLimits(task_s=settings.task_limit_s),
            language=language,
            links=links,
            timings=timings,
            forms=FormOptions(vocabulary_folder(settings), fiscal_year),
        )
        code = extract(order, display, context.obj or perform)
    except DanganError as error:
        display.line(failure_line(error, language))
        code = exit_code([error])
    except KeyboardInterrupt:
        display.line(say("cli", "interrupted", language))
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not complain about it at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 128 + signal.SIGPIPE
    raise typer.Exit(code)


@app.command("learn", help=_help("learn"), short_help=_short("learn"), no_args_is_help=True)
def learn_command(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help=_help("learn_file"))],
    out: Annotated[Path | None, typer.Option(help=_help("learn_out"))] = None,
    lang: Annotated[Language | None, typer.Option(help=_help("lang"))] = None,
) -> None:
    """Read a form of an unknown kind and write a draft of its vocabulary."""
    language: Language = lang or _help_language()
    display = Display(language, verbose=False)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        settings = read_settings(os.environ)
        order = LearnOrder(
            file=file,
            limits=PoolLimits(task_s=settings.task_limit_s),
            options=ReadOptions("ppocr", 300),
            forms=FormOptions(vocabulary_folder(settings), None),
            out=out,
            jobs=settings.jobs or len(os.sched_getaffinity(0)),
            language=language,
        )
        code = learn(
            order, display, lambda text: typer.echo(text, nl=False), context.obj or perform
        )
    except DanganError as error:
        display.line(failure_line(error, language))
        code = exit_code([error])
    except KeyboardInterrupt:
        display.line(say("cli", "interrupted", language))
        code = INTERRUPTED
    raise typer.Exit(code)


Server = Annotated[str | None, typer.Option(help=_help("server"))]
Key = Annotated[str | None, typer.Option(help=_help("key"))]
Lang = Annotated[Language | None, typer.Option(help=_help("lang"))]
ResultFormat = Annotated[RecordFormat | None, typer.Option("--format", help=_help("result_format"))]
ResultDir = Annotated[Path | None, typer.Option("--out-dir", help=_help("result_dir"))]
AsJson = Annotated[bool, typer.Option("--json", help=_help("json"))]


@app.command("submit", help=_help("submit"), short_help=_short("submit"), no_args_is_help=True)
def submit_command(  # noqa: PLR0913, PLR0917  the options of the command
    files: Annotated[list[str], typer.Argument(help=_help("submit_files"))],
    wait: Annotated[bool, typer.Option("--wait", help=_help("wait"))] = False,
    format_: ResultFormat = None,
    out_dir: ResultDir = None,
    json: AsJson = False,
    server: Server = None,
    key: Key = None,
    fiscal_year: Annotated[int | None, typer.Option(help=_help("fiscal_year"))] = None,
    campaign: Annotated[str | None, typer.Option(help=_help("campaign"))] = None,
    priority: Annotated[Priority, typer.Option(help=_help("priority"))] = "interactive",
    force: Annotated[bool, typer.Option("--force", help=_help("force"))] = False,
    lang: Lang = None,
) -> None:
    """Send files to a service."""
    language: Language = lang or _help_language()
    given = {"fiscal_year": fiscal_year, "campaign": campaign, "priority": priority}
    options = {name: str(value) for name, value in given.items() if value is not None}
    order = SubmitOrder(
        arguments=tuple(files),
        options={**options, "force": str(force).lower()},
        # Who wants results waits for them.
        wait=wait or format_ is not None or out_dir is not None,
        json=json,
        wanted=Wanted(format_, out_dir, language),
    )
    _call(server, key, language, lambda *call: submit(order, *call))


@app.command(
    "backfill", help=_help("backfill"), short_help=_short("backfill"), no_args_is_help=True
)
def backfill_command(  # noqa: PLR0913, PLR0917  the options of the command
    what: Annotated[str, typer.Argument(help=_help("backfill_what"))],
    campaign: Annotated[str, typer.Option(help=_help("backfill_campaign"))],
    called: Annotated[str | None, typer.Option("--as", help=_help("backfill_as"))] = None,
    manifest: Annotated[Path | None, typer.Option(help=_help("backfill_manifest"))] = None,
    plan: Annotated[bool, typer.Option("--plan", help=_help("backfill_plan"))] = False,
    priority: Annotated[Priority, typer.Option(help=_help("backfill_priority"))] = "bulk",
    at_once: Annotated[int, typer.Option(min=1, max=32, help=_help("at_once"))] = 4,
    watch: Annotated[bool, typer.Option("--watch", help=_help("backfill_watch"))] = False,
    quiet: Annotated[float, typer.Option(min=1, help=_help("backfill_quiet"))] = 10,
    wait: Annotated[bool, typer.Option("--wait", help=_help("backfill_wait"))] = False,
    report: Annotated[Path | None, typer.Option(help=_help("backfill_report"))] = None,
    json: Annotated[bool, typer.Option("--json", help=_help("backfill_json"))] = False,
    server: Server = None,
    key: Key = None,
    lang: Lang = None,
) -> None:
    """Take years of scans into a campaign."""

    def command(address: Address, progresses: Progresses, out: Callable[[str], None]) -> int:
        order = BackfillOrder(
            argument=what,
            campaign=campaign,
            called=called,
            vocabulary=of_folder(vocabulary_folder(read_settings(os.environ))),
            catalogue=manifest,
            plan=plan,
            priority=priority,
            at_once=at_once,
            watch=watch,
            quiet_s=quiet,
            wait=wait,
            report=report,
            json=json,
        )
        return backfill(order, address, progresses, out)

    _call(server, key, lang or _help_language(), command)


@app.command(
    "campaign",
    help=_help("campaign_command"),
    short_help=_short("campaign_command"),
    no_args_is_help=True,
)
def campaign_command(  # noqa: PLR0913, PLR0917  the options of the command
    name: Annotated[str, typer.Argument(help=_help("campaign_name"))],
    pause: Annotated[bool, typer.Option("--pause", help=_help("campaign_pause"))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=_help("campaign_resume"))] = False,
    priority: Annotated[Priority | None, typer.Option(help=_help("backfill_priority"))] = None,
    rerun: Annotated[What | None, typer.Option(help=_help("campaign_rerun"))] = None,
    failures: Annotated[bool, typer.Option("--failures", help=_help("failures"))] = False,
    json: Annotated[bool, typer.Option("--json", help=_help("campaign_json"))] = False,
    server: Server = None,
    key: Key = None,
    lang: Lang = None,
) -> None:
    """Show how a campaign stands; pause, hurry, read it again."""
    order = CampaignOrder(name, pause, resume, priority, rerun, failures, json)
    _call(server, key, lang or _help_language(), lambda *call: campaign(order, *call))


@app.command("status", help=_help("status"), short_help=_short("status"))
def status_command(  # noqa: PLR0913, PLR0917  the options of the command
    jobs: Annotated[list[str] | None, typer.Argument(help=_help("jobs_asked"))] = None,
    watch: Annotated[bool, typer.Option("--watch", help=_help("watch"))] = False,
    format_: ResultFormat = None,
    out_dir: ResultDir = None,
    json: AsJson = False,
    server: Server = None,
    key: Key = None,
    lang: Lang = None,
) -> None:
    """Show how jobs stand."""
    language: Language = lang or _help_language()
    order = StatusOrder(
        jobs=tuple(jobs or ()),
        watch=watch or format_ is not None or out_dir is not None,
        json=json,
        wanted=Wanted(format_, out_dir, language),
    )
    _call(server, key, language, lambda *call: status(order, *call))


def _call(
    server: str | None,
    key: str | None,
    language: Language,
    command: Callable[[Address, Progresses, Callable[[str], None]], int],
) -> None:
    """Carry out a command of the client, and end with its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    progresses = Progresses(language)
    try:
        settings = read_settings(os.environ)
        secret = key or (settings.key.get_secret_value() if settings.key else None)
        address = Address(server or settings.server, secret, language)
        code = command(address, progresses, typer.echo)
    except DanganError as error:
        progresses.line(failure_line(error, language))
        code = exit_code([error])
    except ServerSaid as said:
        progresses.line(said.line)
        code = said.exit_code
    except KeyboardInterrupt:
        progresses.line(say("cli", "interrupted", language))
        code = INTERRUPTED
    raise typer.Exit(code)


@app.command("serve", help=_help("serve"), short_help=_short("serve"))
def serve_command(
    host: Annotated[str | None, typer.Option(help=_help("host"))] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help=_help("port"))] = None,
    data: Annotated[Path | None, typer.Option(help=_help("data"))] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help=_help("jobs"))] = None,
) -> None:
    """Run the service on this machine until it is told to end."""
    language = _help_language()
    display = Display(language, verbose=False)
    given = {"host": host, "port": port, "data": data, "jobs": jobs}
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        settings = read_settings(os.environ).model_copy(update=chosen)
        serve(settings, lambda addresses: _announce(addresses, language))
    except DanganError as error:
        display.line(failure_line(error, language))
        raise typer.Exit(exit_code([error])) from error


def _announce(addresses: Addresses, language: Language) -> None:
    typer.echo(
        say("cli", "serving", language, url=addresses.url, docs=addresses.docs, data=addresses.data)
    )


@app.command("migrate", help=_help("migrate"), short_help=_short("migrate"))
def migrate_command() -> None:
    """Bring the database up to date."""
    with _told():
        migrate(read_settings(os.environ))


keys_app = typer.Typer(help=_help("keys"), no_args_is_help=True, rich_markup_mode=None)
app.add_typer(keys_app, name="keys")

KeyData = Annotated[Path | None, typer.Option("--data", help=_help("data"))]


@keys_app.command("create", help=_help("keys_create"), short_help=_short("keys_create"))
def keys_create_command(
    name: Annotated[str, typer.Argument(help=_help("key_name"))],
    scope: Annotated[list[str] | None, typer.Option(help=_help("key_scope"))] = None,
    upload_mb: Annotated[
        int | None, typer.Option(min=1, max=MOST_UPLOAD_MB, help=_help("key_upload_mb"))
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.01, max=MOST_PER_S, help=_help("key_rate"))
    ] = None,
    data: KeyData = None,
) -> None:
    """Make a key; without scopes it may do all."""
    with _told() as language:
        scopes = keys.parse_scopes(scope or ["admin"])
        limits = KeyLimits(upload_mb=upload_mb, rate_per_s=rate)
        keys.create(_settings(data), name, scopes, limits, language)


@keys_app.command("list", help=_help("keys_list"), short_help=_short("keys_list"))
def keys_list_command(data: KeyData = None) -> None:
    """Print all keys."""
    with _told() as language:
        keys.show(_settings(data), language)


@keys_app.command("revoke", help=_help("keys_revoke"), short_help=_short("keys_revoke"))
def keys_revoke_command(
    key_id: Annotated[str, typer.Argument(help=_help("key_id"))], data: KeyData = None
) -> None:
    """Revoke a key."""
    with _told() as language:
        keys.revoke(_settings(data), key_id, language)


@contextmanager
def _told() -> Iterator[Language]:
    """Give the language; an error of the block is told, and ends the command."""
    language = _help_language()
    try:
        yield language
    except DanganError as error:
        Display(language, verbose=False).line(failure_line(error, language))
        raise typer.Exit(exit_code([error])) from error


def _settings(data: Path | None) -> Settings:
    settings = read_settings(os.environ)
    return settings if data is None else settings.model_copy(update={"data": data})


@app.command("version", help=_help("version"), short_help=_short("version"))
def version_command() -> None:
    """Print the version."""
    typer.echo(f"dangan {installed_version('dangan')}")


def _terminated(number: int, _: FrameType | None) -> None:
    """End like any other exit, with temporary files removed and processes ended."""
    sys.exit(128 + number)

"""`dangan backfill`: years of scans to a server, without losing or doubling anything.

A round walks over the files, enters them into the manifest, and sends what the server then wants. What
changed meanwhile is looked at again in the next round; a watch has rounds until it is ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from threading import Event, Lock
from time import monotonic

from cli.backfill.catalogue import Catalogue, opened_catalogue, unread
from cli.backfill.homes import claim_name
from cli.backfill.ledger import Ledger, cache_folder, opened_ledger
from cli.backfill.listing import NAMED, Named
from cli.backfill.manifest import Look
from cli.backfill.parcels import parcels_of
from cli.backfill.plan import Plan
from cli.backfill.report import Report, Tally, write_report
from cli.backfill.sending import Sending, Stopped
from cli.backfill.shelf import Shelf, open_shelf
from cli.backfill.show import MB, Out, Show
from cli.backfill.stillness import Stillness
from cli.backfill.walk import Complete, batched, walked
from cli.client.campaigns import Campaign, CampaignCalls, find_campaign, make_campaign
from cli.client.patience import Patience
from cli.client.progress import Progresses
from cli.client.server import Address, Server, connected
from cli.client.submit import tells_again
from cli.client.told import ServerSaid
from cli.extract import OK, failure_line
from cli.outputs import check_writable
from core.bells import Priority
from core.errors import CampaignNotFound, DanganError, OutputFailed, ServiceError
from core.vocabulary import Vocabulary

STEADY = Patience(tries=40)
"""A night's work waits a quarter of an hour for its server; the next start goes on from there."""

BRIEF = Patience(tries=2)
ROUNDS = 3
"""Files that change under each of so many looks, some seconds apart, are told as changed."""

ROUND_S = 2.0
WATCHED_SHARE = 4.0
"""A watch rests so many times as long as a look takes."""

POLL_S = 5.0
"""Between two questions how far reading is."""


@dataclass(frozen=True)
class BackfillOrder:
    """What was asked for on the command line."""

    argument: str
    campaign: str
    vocabulary: Vocabulary
    called: str | None = None
    catalogue: Path | None = None
    priority: Priority = "bulk"
    plan: bool = False
    at_once: int = 4
    watch: bool = False
    quiet_s: float = 10.0
    every_s: float = 5.0
    wait: bool = False
    json: bool = False
    report: Path | None = None
    cache: Path | None = field(default_factory=cache_folder)


def backfill(order: BackfillOrder, address: Address, progresses: Progresses, out: Out) -> int:
    """Carry out `order` and return the exit code; `out` prints on standard output.

    Raises `FileNotFound`, `NamesakeFolder`, `OutputFailed`, and what `Server` raises. What is interrupted goes on where
    it was when the command is given again.
    """
    shelf = open_shelf(order.argument, order.called)
    if order.report is not None:
        _check_report(order.report)
    show = Show(progresses, out, address.language, order.json)
    stop = Event()
    with ExitStack() as stack:
        ledger = stack.enter_context(opened_ledger(order.cache, shelf.url))
        again = tells_again(progresses, address.language)
        server = stack.enter_context(connected(address, again, _nap(stop)))
        catalogue = None
        if order.catalogue is not None:
            catalogue = stack.enter_context(
                opened_catalogue(order.catalogue, shelf.name, order.vocabulary, address.language)
            )
        if order.plan:
            return _plan(order, server, shelf, ledger, catalogue, show)
        calls, campaign = make_campaign(server, order.campaign, order.priority, STEADY)
        claim_name(order.cache, campaign.id, shelf, certain=order.called is not None)
        run = _Run(order, calls, campaign, shelf, ledger, show, stop, catalogue)
        try:
            if order.watch:
                run.watch()
            run.rounds()
            if order.wait:
                run.follow()
        except KeyboardInterrupt:
            show.say("goes_on", campaign=order.campaign)
            if not order.watch:
                raise
            stop.clear()
        return run.report()


def _nap(stop: Event) -> Callable[[float], None]:
    def nap(seconds: float) -> None:
        if stop.wait(seconds):
            raise Stopped

    return nap


def _check_report(path: Path) -> None:
    if path.suffix.lower() not in {".csv", ".json"}:
        raise OutputFailed(path=str(path), reason=".json, .csv")
    check_writable(path.absolute().parent)


def _plan(
    order: BackfillOrder,
    server: Server,
    shelf: Shelf,
    ledger: Ledger,
    catalogue: Catalogue | None,
    show: Show,
) -> int:
    plan = Plan()
    look = Look(
        order.vocabulary,
        recall=ledger.recall,
        passed_over=plan.passed_over,
        besides=_besides(order),
    )
    with show.phase("looking") as tell:
        for rows in walked(shelf, look, ledger, _complete(catalogue)):
            plan.add(seen.row for seen in rows)
            tell({"done": plan.files, "mb": plan.bytes / MB})
    if catalogue is not None:
        plan.add(catalogue.missing())
        plan.bare, plan.unread = catalogue.bare, unread(catalogue)
    try:
        calls, _ = find_campaign(server, order.campaign, BRIEF)
        plan.compare(calls.items(shelf.under), ledger)
    except CampaignNotFound:
        plan.compare((), ledger)
    except ServerSaid as said:
        show.line(said.line)
    except DanganError as error:
        show.line(failure_line(error, show.language))
    if show.json:
        show.event("plan", plan.as_json())
    else:
        show.out(plan.text(show.language))
    return OK


def _besides(order: BackfillOrder) -> frozenset[str]:
    """Return the catalogue's own place: it may lie among the scans, and an XLSX may be one."""
    return frozenset() if order.catalogue is None else frozenset({str(order.catalogue.absolute())})


def _complete(catalogue: Catalogue | None) -> Complete:
    if catalogue is None:
        return lambda row: row
    catalogue.begin()
    return catalogue.complete


@dataclass
class _Run:
    """One call of the command, and what it has done so far."""

    order: BackfillOrder
    calls: CampaignCalls
    campaign: Campaign
    shelf: Shelf
    ledger: Ledger
    show: Show
    stop: Event
    catalogue: Catalogue | None
    tally: Tally = field(default_factory=Tally)
    missing: int = 0
    look: Look = field(init=False)

    def __post_init__(self) -> None:
        self.look = Look(
            self.order.vocabulary, recall=self.ledger.recall, besides=_besides(self.order)
        )
        if self.order.watch:
            still = Stillness(self.shelf, self.ledger, self.order.quiet_s)
            self.look = replace(self.look, ready=still)

    def watch(self) -> None:
        """Take in what comes, until a person ends it; a service that is away meanwhile is waited for."""
        self.show.say("watching", campaign=self.order.campaign, quiet=self.order.quiet_s)
        while True:
            begun = monotonic()
            try:
                self.walk()
                self.send()
            except (ServiceError, ServerSaid) as error:
                if isinstance(error, ServerSaid) and not error.is_later:
                    raise
                self.show.line(
                    error.line
                    if isinstance(error, ServerSaid)
                    else failure_line(error, self.show.language)
                )
                self.stop.clear()
            # A large folder takes long to look through; that is not to be all that a disk does.
            _nap(self.stop)(max(self.order.every_s, WATCHED_SHARE * (monotonic() - begun)))

    def rounds(self) -> None:
        """Take in all files; those that change meanwhile anew."""
        for number in range(ROUNDS):
            if number:
                _nap(self.stop)(ROUND_S)
            if self.walk() + self.send() == 0:
                return

    def walk(self) -> int:
        """Enter all files into the manifest; return how many changed while they were looked at."""
        files, size, changed = 0, 0, 0
        self.look.passed_over.clear()
        with self.show.phase("looking") as tell:
            complete = _complete(self.catalogue)
            for seen in walked(self.shelf, self.look, self.ledger, complete):
                untold = [row for row, told in seen if not told]
                if untold:
                    self.calls.enter(untold)
                files += len(seen)
                size += sum(row.size or 0 for row, _ in seen)
                changed += sum(row.standing == "changed" for row, _ in seen)
                tell({"done": files, "mb": size / MB})
        if self.catalogue is not None and self.catalogue.missing_count() != self.missing:
            self.missing = self.catalogue.missing_count()
            for rows in batched(self.catalogue.missing()):
                self.calls.enter(rows)
        return changed

    def send(self) -> int:
        """Send what is wanted; again, as long as that tells something new of any file.

        Returns how many files have changed since they were looked at.
        """
        changed = self.tally.others["changed"]
        lock = Lock()
        with parcels_of(self.shelf) as parcels, self.show.phase("sending") as tell:
            total = self.tally.sent + self.calls.progress().states.get("planned", 0)
            sent = 0

            def count(size: int) -> None:
                nonlocal sent
                with lock:
                    sent += size
                    tell({"done": self.tally.sent, "total": total, "mb": sent / MB})

            sending = Sending(
                *(self.calls, self.ledger, parcels, self.order.at_once),
                *(self.stop, self.show.language, count),
            )
            while self._sent_some(sending):
                pass
            count(0)
        return self.tally.others["changed"] - changed

    def follow(self) -> None:
        """Wait until nothing is being read any more."""
        nap = _nap(self.stop)
        if self.calls.view().state == "paused":
            self.show.say("is_paused", campaign=self.order.campaign)
        with self.show.phase("reading") as tell:
            while True:
                progress = self.calls.progress()
                done = progress.pages_done + progress.pages_failed
                tell({"done": done, "total": progress.pages, "pace": progress.pages_per_hour or 0})
                if not (progress.states.get("queued") or progress.states.get("running")):
                    return
                nap(POLL_S)

    def report(self) -> int:
        """Tell what it came to, and return the exit code."""
        progress = self.calls.progress()
        report = Report(
            campaign=self.campaign,
            progress=progress,
            failures=self.calls.failures(),
            tally=self.tally,
            passed_over=self.look.passed_over,
            standing=self._standing(progress.states),
            bare=None if self.catalogue is None else self.catalogue.bare,
            unread=() if self.catalogue is None else unread(self.catalogue),
        )
        if self.order.report is not None:
            write_report(self.order.report, report, self.calls.items(), self.show.language)
        if self.show.json:
            self.show.event("report", report.as_json())
        else:
            self.show.out(report.text(self.show.language))
        return report.exit_code()

    def _sent_some(self, sending: Sending) -> bool:
        """Send what is wanted once; return whether a second time may find something else to do."""
        again = False
        self.tally.left.clear()
        for outcome in sending.all_wanted(self.shelf.under):
            self.tally.add(outcome)
            if outcome.line is not None:
                self.show.line(outcome.line)
            again |= outcome.standing not in {"sent", "left"}
        return again

    def _standing(self, states: Mapping[str, int]) -> dict[str, Named]:
        """Return the files that are not here, or not as they were, the first of each kind named."""
        return {
            state: Named(
                states[state], [it.path for it in islice(self.calls.items(state=state), NAMED)]
            )
            for state in ("vanished", "changed", "missing")
            if states.get(state)
        }

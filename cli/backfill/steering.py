"""`dangan campaign`: how a campaign stands, and what a person wants of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from cli.backfill.listing import Named, named_lines, states_sheet
from cli.client.campaigns import Campaign, CampaignCalls, Failure, Progress, What, find_campaign
from cli.client.patience import Patience
from cli.client.progress import Progresses
from cli.client.server import Address, connected
from cli.client.submit import tells_again
from cli.extract import OK
from core.bells import Priority
from core.messages import Language, say

Out = Callable[[str], None]


@dataclass(frozen=True)
class CampaignOrder:
    """What was asked for on the command line."""

    name: str
    pause: bool = False
    resume: bool = False
    priority: Priority | None = None
    rerun: What | None = None
    failures: bool = False
    json: bool = False


def campaign(order: CampaignOrder, address: Address, progresses: Progresses, out: Out) -> int:
    """Carry out `order`, show how the campaign stands then, and return the exit code."""
    language = address.language
    with connected(address, tells_again(progresses, language)) as server:
        calls, found = find_campaign(server, order.name, Patience())
        if order.rerun is not None:
            started = _rerun(calls, order.rerun)
            progresses.line(say("backfill", "rerun", language, count=started))
        found = _steered(calls, order) or found
        progress = calls.progress()
        failures = calls.failures() if order.failures or order.json else ()
    link = f"{address.url.rstrip('/')}/campaigns/{quote(found.name, safe='')}/coverage"
    out(
        _as_json(found, progress, failures, link)
        if order.json
        else _text(found, progress, failures, link, language)
    )
    return OK


def _steered(calls: CampaignCalls, order: CampaignOrder) -> Campaign | None:
    found = None
    if order.priority is not None:
        found = calls.prioritise(order.priority)
    if order.pause:
        found = calls.pause()
    if order.resume:
        found = calls.resume()
    return found


def _rerun(calls: CampaignCalls, what: What) -> int:
    started = 0
    while True:
        done = calls.rerun(what)
        started += done.started
        if not (done.left and done.started):
            return started


def _text(
    found: Campaign,
    progress: Progress,
    failures: Sequence[Failure],
    link: str,
    language: Language,
) -> str:
    state = say("backfill", f"is_{found.state}_now", language)
    head = say("backfill", "campaign", language, campaign=found.name, state=state)
    lines = [
        f"{head} {say('backfill', f'priority_{found.priority}', language)}",
        states_sheet(progress.states, language),
        say("backfill", "read", language, **progress.model_dump()),
    ]
    if progress.pages_per_hour is not None:
        lines.append(say("backfill", "pace", language, pages=progress.pages_per_hour))
    if progress.seconds_left:
        hours, minutes = divmod(round(progress.seconds_left / 60), 60)
        lines.append(say("backfill", "time_left", language, hours=hours, minutes=minutes))
    named = {it.code: Named(it.files + it.pages, list(it.paths)) for it in failures}
    lines += named_lines(named, language)
    lines.append(say("backfill", "coverage", language, link=link))
    return "\n".join(lines)


def _as_json(found: Campaign, progress: Progress, failures: Sequence[Failure], link: str) -> str:
    told = {
        **found.model_dump(),
        **progress.model_dump(),
        "failures": [failure.model_dump() for failure in failures],
        "coverage_url": link,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)

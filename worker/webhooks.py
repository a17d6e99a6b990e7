"""Tell callback addresses what became of their jobs, for as long as a day.

Deliveries stand in the database; several senders do no harm, since each claims what it sends. One that
dies after the other side got the message sends it again: hence its id.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event

import httpx2
from sqlalchemy.exc import SQLAlchemyError

from core.errors import BadCallback, JobNotFound
from core.logs import about
from core.settings import Networks
from core.store.database import Store
from core.store.deliveries import (
    DeliveryOutcome,
    DeliveryView,
    claim_deliveries,
    finish_delivery,
)
from core.store.jobs import find_job
from worker.webhook_message import Message, message_of
from worker.webhook_post import PostLimits, post

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """When a delivery that failed is tried again.

    After `first_s`, then after twice that each time, up to `longest_s`; given up after `attempts`. With
    these numbers that is after 26 hours. Each pause is changed by up to `jitter` of itself, so that
    an address that was down is not called for all its jobs at once.
    """

    first_s: float = 10.0
    longest_s: float = 4 * 3600.0
    attempts: int = 17
    jitter: float = 0.2

    def pause_s(self, attempts: int, chance: float) -> float | None:
        """Return the pause after so many attempts, None for no more; `chance` is in 0.0–1.0."""
        if attempts >= self.attempts:
            return None
        pause = min(self.first_s * 2.0 ** (attempts - 1), self.longest_s)
        return pause * (1 + self.jitter * (2 * chance - 1))


@dataclass(frozen=True)
class Sender:
    """How one process sends. `at_once` are sent together; `look_s` is the pause when none is due."""

    store: Store
    secret: str
    allowed: Networks = ()
    limits: PostLimits = field(default_factory=PostLimits)
    patience: Patience = field(default_factory=Patience)
    at_once: int = 8
    look_s: float = 2.0

    @property
    def lease_s(self) -> float:
        """Return how long a delivery is ours: all of a post, and the writing down."""
        return 4 * self.limits.total_s


def run(sender: Sender, over: Event) -> None:
    """Send what is due until `over`; for a thread of its own."""
    while not over.is_set():
        try:
            sent = send_due(sender)
        except SQLAlchemyError:
            logger.warning("could not look for callbacks, trying again", exc_info=True)
            sent = 0
        if not sent:
            over.wait(sender.look_s)


def send_due(sender: Sender) -> int:
    """Send deliveries that are due, some at a time; return how many there were."""
    due = claim_deliveries(sender.store, sender.at_once, sender.lease_s)
    messages = {delivery: _message(sender, delivery) for delivery in due}
    wanted = [(delivery, message) for delivery, message in messages.items() if message]
    # The database is used before and after, never while a post is timed.
    for delivery, outcome in asyncio.run(_post_all(sender, wanted)):
        with about(job=delivery.job_id, delivery=delivery.id):
            told = outcome.error or outcome.status
            # Not where it went: an address may hold a password.
            logger.info("%s told, attempt %d: %s", delivery.event, delivery.attempts, told)
            finish_delivery(sender.store, delivery.id, outcome)
    return len(due)


def _message(sender: Sender, delivery: DeliveryView) -> Message | None:
    with sender.store.reading() as session:
        now = sender.store.now(session)
    try:
        job = find_job(sender.store, delivery.job_id)
    except JobNotFound:
        # It was deleted since, and its deliveries with it.
        return None
    return message_of(delivery, job, now, sender.secret)


async def _post_all(
    sender: Sender, wanted: Sequence[tuple[DeliveryView, Message]]
) -> list[tuple[DeliveryView, DeliveryOutcome]]:
    outcomes = await asyncio.gather(*(_post(sender, *each) for each in wanted))
    return [(delivery, outcome) for (delivery, _), outcome in zip(wanted, outcomes, strict=True)]


async def _post(sender: Sender, delivery: DeliveryView, message: Message) -> DeliveryOutcome:
    # Not a secret: any spread will do.
    again_s = sender.patience.pause_s(delivery.attempts, random.random())  # noqa: S311
    try:
        answer = await post(delivery.url, message, sender.allowed, sender.limits)
    except BadCallback as error:
        return DeliveryOutcome(delivered=False, error=str(error.details["reason"]))
    except TimeoutError:
        return DeliveryOutcome(delivered=False, error="timeout", again_s=again_s)
    except (httpx2.HTTPError, OSError) as error:
        told = f"{type(error).__name__}: {error}"
        return DeliveryOutcome(delivered=False, error=told[:500], again_s=again_s)
    if answer.is_success:
        return DeliveryOutcome(delivered=True, status=answer.status)
    return DeliveryOutcome(
        delivered=False, status=answer.status, error=answer.excerpt or None, again_s=again_s
    )

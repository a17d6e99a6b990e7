"""News of jobs for their callback addresses.

A delivery is written in the transaction that ends its job, so none is lost; it may be made twice, so it
carries its id.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.readings import Frozen
from core.store.database import Store
from core.store.tables import Delivery, DeliveryState


class DeliveryView(Frozen):
    """One delivery; `attempts` counts those begun. `last_status` is an HTTP status."""

    id: str
    job_id: str
    url: str
    event: str
    state: DeliveryState
    attempts: int
    next_at: datetime
    last_status: int | None
    last_error: str | None
    created: datetime


class DeliveryOutcome(Frozen):
    """What came of one attempt. `again_s` is when to try again, None where it is over."""

    delivered: bool
    status: int | None = None
    error: str | None = None
    again_s: float | None = None


def claim_deliveries(store: Store, limit: int, lease_s: float) -> tuple[DeliveryView, ...]:
    """Take deliveries that are due; nobody else gets them for `lease_s`."""
    with store.writing() as session:
        now = store.now(session)
        due = session.scalars(
            select(Delivery)
            .where(Delivery.state == "waiting", Delivery.next_at <= now)
            .order_by(Delivery.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for delivery in due:
            delivery.attempts += 1
            delivery.next_at = now + timedelta(seconds=lease_s)
            delivery.updated = now
        return tuple(_view(delivery) for delivery in due)


def finish_delivery(store: Store, delivery_id: str, outcome: DeliveryOutcome) -> None:
    """Note what came of an attempt; nothing happens where the delivery is gone or over."""
    with store.writing() as session:
        delivery = _waiting(session, delivery_id)
        if delivery is None:
            return
        now = store.now(session)
        delivery.last_status = outcome.status
        delivery.last_error = outcome.error
        delivery.updated = now
        if outcome.delivered:
            delivery.state = "delivered"
        elif outcome.again_s is None:
            delivery.state = "given_up"
        else:
            delivery.next_at = now + timedelta(seconds=outcome.again_s)


def job_deliveries(store: Store, job_id: str) -> tuple[DeliveryView, ...]:
    """Return the deliveries of a job, oldest first."""
    with store.reading() as session:
        found = session.scalars(
            select(Delivery).where(Delivery.job_id == job_id).order_by(Delivery.id)
        )
        return tuple(_view(delivery) for delivery in found)


def _waiting(session: Session, delivery_id: str) -> Delivery | None:
    return session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "waiting")
        .with_for_update()
    ).first()


def _view(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        id=delivery.id,
        job_id=delivery.job_id,
        url=delivery.url,
        event=delivery.event,
        state=delivery.state,
        attempts=delivery.attempts,
        next_at=delivery.next_at,
        last_status=delivery.last_status,
        last_error=delivery.last_error,
        created=delivery.created,
    )

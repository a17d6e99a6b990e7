"""Who is at work: processes say from time to time that they are there."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from core.pipeline import PIPELINE
from core.readings import Frozen
from core.store.database import Store, inserting
from core.store.tables import Role, ServiceProcess

# How often a process says that it is there.
SIGN_EVERY_S = 10.0
# Silence after which it counts as gone: a busy database may delay one sign or two.
ABSENT_AFTER_S = 45.0
# Who has been silent for so long is forgotten.
FORGOTTEN_AFTER = timedelta(hours=1)


class ProcessView(Frozen):
    """A process that is there, and when it said so last."""

    name: str
    role: Role
    pipeline: str
    started: datetime
    seen: datetime


def process_name(role: Role) -> str:
    """Return the name of this process among all machines."""
    return f"{role}@{socket.gethostname()}:{os.getpid()}"


def sign_in(store: Store, name: str, role: Role) -> None:
    """Say that a process is there."""
    with store.writing() as session:
        now = store.now(session)
        session.execute(
            inserting(session, ServiceProcess)
            .values(name=name, role=role, pipeline=PIPELINE, started=now, seen=now)
            .on_conflict_do_update(index_elements=[ServiceProcess.name], set_={"seen": now})
        )
        session.execute(delete(ServiceProcess).where(ServiceProcess.seen < now - FORGOTTEN_AFTER))


def sign_out(store: Store, name: str) -> None:
    """Say that a process ends."""
    with store.writing() as session:
        session.execute(delete(ServiceProcess).where(ServiceProcess.name == name))


def present(store: Store) -> tuple[ProcessView, ...]:
    """Return the processes that are there, by name."""
    with store.reading() as session:
        now = store.now(session)
        lately = now - timedelta(seconds=ABSENT_AFTER_S)
        found = session.scalars(
            select(ServiceProcess)
            .where(ServiceProcess.seen >= lately)
            .order_by(ServiceProcess.name)
        )
        return tuple(
            ProcessView(
                name=process.name,
                role=process.role,
                pipeline=process.pipeline,
                started=process.started,
                seen=process.seen,
            )
            for process in found
        )

"""Take over what an earlier version left half-way.

What one version read of a page, another need not understand, and a document that two of them read by
halves is nobody's reading. So a run that is not through when the version changes begins anew. Those that
are through stay as they are.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from core.pipeline import PIPELINE
from core.store.database import Store
from core.store.leases import begin_anew
from core.store.settling import ENDED_STAGES
from core.store.tables import Page, Run


def take_over(store: Store) -> int:
    """Have this version's pipeline read what others have not finished; return how many runs.

    The sweeper rings for them. Whoever of the earlier version still works on one changes nothing any
    more.
    """
    with store.accepting() as session:
        # In the order in which all lock: pages, then runs.
        session.execute(
            select(Page.id).join(Run, Run.id == Page.run_id).where(_left()).with_for_update(of=Page)
        )
        runs = session.scalars(
            select(Run).where(_left()).order_by(Run.id).with_for_update(of=Run)
        ).all()
        now = store.now(session)
        for run in runs:
            begin_over(session, run, now)
        return len(runs)


def begin_over(session: Session, run: Run, now: datetime) -> None:
    """Make a locked run one of this version's, of which nothing is done yet."""
    session.execute(delete(Page).where(Page.run_id == run.id))
    latest = select(func.max(Run.generation)).where(
        Run.sha256 == run.sha256, Run.pipeline == PIPELINE
    )
    run.generation = (session.scalars(latest).one() or 0) + 1
    run.pipeline = PIPELINE
    run.stage = "opening"
    run.pages_total = run.pages_done = run.pages_failed = 0
    begin_anew(run, rung_at=None)
    run.changes += 1
    run.updated = now
    session.flush()


def _left() -> ColumnElement[bool]:
    return and_(Run.pipeline != PIPELINE, Run.stage.not_in(ENDED_STAGES))

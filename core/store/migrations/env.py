"""Run the migrations on the connection that `core.store.schema` gives."""

from typing import Literal

from alembic import context

from core.store.tables import Base, Moment


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write types as the database knows them: a migration must not change with our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter most of a table; Alembic copies it instead.
    render_as_batch=True,
    render_item=render,
)
context.run_migrations()

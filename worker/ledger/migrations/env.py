"""Alembic's entry: migrates within the connection that `worker.ledger.database.migrate` hands in."""

from alembic import context

from worker.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()

"""What Alembic runs: `Database.prepare` hands it the connection and the transaction; a developer's
`alembic revision` gets an SQLite file of its own."""

from alembic import context

from service.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()

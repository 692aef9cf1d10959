"""What Alembic runs, the same for both branches: over the connection that `samverk.app.schema` holds."""

from alembic import context

from samverk.app.tables import METADATA


def run() -> None:
    """Run the migrations of the configured branch in the open transaction."""
    attributes = context.config.attributes
    branch = attributes["branch"]
    context.configure(
        connection=attributes["connection"],
        target_metadata=METADATA[branch],
        version_table=f"alembic_version_{branch}",
        include_object=lambda thing, name, kind, *_: kind != "table" or name in METADATA[branch].tables,
        render_as_batch=attributes["connection"].dialect.name == "sqlite",
        user_module_prefix="database.",
        transaction_per_migration=False,
    )
    context.run_migrations()

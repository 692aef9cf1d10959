"""Alembic's entry; see `samverk.app.migrations.environment`."""

from samverk.app.migrations.environment import run

run()

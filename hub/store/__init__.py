"""Postgres: one module per table family with its SQL beside it."""

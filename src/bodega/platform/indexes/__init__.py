"""Indexes on custom fields, built in the background and kept through upgrades."""

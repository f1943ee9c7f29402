"""Steps of the tables of the audit log."""

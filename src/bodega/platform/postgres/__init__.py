"""PostgreSQL as it is asked here."""

"""The table that is searched: one row for each record that can be found, made from it and made anew at any time."""

from __future__ import annotations

from django.db import models

from bodega.kernel.columns import FOLDED, BinaryOrdered


class Entry(models.Model):
    """What one record says, folded. `body` is a blank and then every searched word, the title's first.

    The index of letters over `body` is the database's own and made by a migration: trigrams by pg_trgm on PostgreSQL,
    by FTS5 on SQLite, where triggers keep it, whoever writes. There are two of each, because those who look for a name
    shall not wade through the notes that mention it: one where `is_long` (the record is a text of its own), one where
    not. Rows are deleted and inserted, never changed.
    """

    type = BinaryOrdered(max_length=60)
    record_id = models.BigIntegerField()
    version = models.IntegerField()
    owner_id = models.BigIntegerField(null=True)
    team_set = models.IntegerField(null=True)
    territory_id = models.BigIntegerField(null=True)
    private = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()
    is_long = models.BooleanField()
    title = BinaryOrdered(max_length=FOLDED)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "record_id"], name="search_entry_once")]
        indexes = [
            models.Index(fields=["type", "at", "record_id"], name="search_entry_newest"),
            models.Index(fields=["type", "title", "record_id", "owner_id"], name="search_entry_title"),
            models.Index(fields=["owner_id", "type"], name="search_entry_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}"

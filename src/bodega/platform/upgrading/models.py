"""Which versions of the program this database has had."""

from __future__ import annotations

from django.db import models


class Installed(models.Model):
    """From `at` on the database was that of `version`; the newest row tells the present one."""

    version = models.CharField(max_length=40)
    at = models.DateTimeField()

"""Every change of a model has its migration."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, no_color=True)
    except SystemExit:
        pytest.fail(f"run `bodega manage makemigrations`:\n{capsys.readouterr().out}")

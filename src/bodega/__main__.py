"""Lets `python -m bodega` do what `bodega` does."""

from __future__ import annotations

import sys

from bodega.web.cli import main

sys.exit(main())

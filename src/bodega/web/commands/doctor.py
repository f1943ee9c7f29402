"""`bodega doctor`: says what is wrong with this installation and how to mend it; 1 where something is bad."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from bodega.web import config

if TYPE_CHECKING:
    from bodega.web.health import Finding

MARKS = {"ok": "ok  ", "warn": "warn", "bad": "BAD "}


def run(options: Namespace) -> int:
    try:
        settings = config.load()
    except config.ConfigError as error:
        print(*(f"{MARKS['bad']}  settings: {line}" for line in str(error).splitlines()), sep="\n")
        return 1
    findings = examined(settings)
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        print(*map(line, findings), sep="\n")
    return 1 if any(finding.state == "bad" for finding in findings) else 0


def examined(settings: config.Config) -> list[Finding]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
    import django  # slow, and wrong settings are told without it

    django.setup()
    from bodega.web.health import examine  # only now: it imports models

    return list(examine(settings))


def line(finding: Finding) -> str:
    colour = {"warn": "33", "bad": "31"}.get(finding.state, "32")
    mark = f"\033[{colour}m{MARKS[finding.state]}\033[0m" if sys.stdout.isatty() else MARKS[finding.state]
    return f"{mark}  {finding.about}: {finding.text}" + (f"\n      → {finding.mend}" if finding.mend else "")

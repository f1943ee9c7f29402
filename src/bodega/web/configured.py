"""What an installation was started with, in the audit log whenever it is not what it was the last time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from bodega.kernel.actors import system
from bodega.platform.audit import log as audit
from bodega.platform.audit.asking import Asked, entries
from bodega.web.config import SETTINGS, Config, Setting, load

KEY = "secret_key"


def write_down(command: str, *, version: str) -> None:
    """Called by whatever starts the program, once its tables are there."""
    actor = system(f"bodega {command}", surface="command")
    last = entries(Asked(kind=audit.Kind.CONFIGURED), actor=actor).order_by("-number").first()
    before: Mapping[str, Any] = json.loads(last.details) if last else {}
    now, then = marks(load()), before.get("settings", {})
    changed = differing(then, now) if last else []
    if last is None or changed or before["version"] != version:
        details = {"settings": now, "changed": changed, "version": version}
        audit.note(audit.Kind.CONFIGURED, actor=actor, details=details)


def marks(config: Config) -> dict[str, str]:
    return {setting.name: mark(setting, getattr(config, setting.name)) for setting in SETTINGS} | {
        KEY: digest(settings.SECRET_KEY)
    }


def mark(setting: Setting, value: Any) -> str:
    """A setting as it is kept: of a private one no more than tells whether it is another one."""
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return digest(text) if setting.is_private and text else text


def digest(text: str) -> str:
    return salted_hmac("audit", text, algorithm="sha256").hexdigest()[:16]


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The settings that are others. With another key the marks of all private ones are: then they tell nothing."""
    private = {setting.name for setting in SETTINGS if setting.is_private} - {KEY}
    blind = private if before.get(KEY) != now[KEY] else set()
    return [name for name in now if name not in blind and now[name] != before.get(name)]

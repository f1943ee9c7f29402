"""`bodega digest`: what is the same for two installations, or a copy, that hold the same."""

from __future__ import annotations

import hashlib
import json
from argparse import Namespace

from bodega.platform.copies.digests import digests
from bodega.web.commands.restore import checked, opened


def run(options: Namespace) -> int:
    if options.file:
        with opened(options.file) as file:
            found = {name: held.sha256 for name, held in checked(file).tables.items()}
    else:
        found = digests()
    found["all"] = hashlib.sha256("\n".join(f"{name} {found[name]}" for name in sorted(found)).encode()).hexdigest()
    print(json.dumps(found) if options.json else "\n".join(f"{digest}  {name}" for name, digest in found.items()))
    return 0

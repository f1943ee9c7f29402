"""Makes the map of the world out of the npm package world-atlas: land and borders of Natural Earth, 1:50 million.

npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz && python tools/basemap.py package/countries-50m.json
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TO = Path(__file__).resolve().parents[1] / "src" / "bodega" / "web" / "static" / "bodega" / "world.json"


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    countries, land = (told["objects"][name]["geometries"] for name in ("countries", "land"))
    used = Counter(number if number >= 0 else ~number for one in countries for number in numbers(one.get("arcs", [])))
    world = {
        "scale": told["transform"]["scale"],
        "translate": told["transform"]["translate"],
        "arcs": [[number for point in arc for number in point] for arc in told["arcs"]],
        "land": [rings for one in land for rings in (one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]])],
        "borders": sorted(arc for arc, many in used.items() if many > 1),
    }
    TO.write_text(json.dumps(world, separators=(",", ":")) + "\n", "utf-8")


def numbers(arcs: Any) -> Iterator[int]:
    if isinstance(arcs, int):
        yield arcs
    else:
        for one in arcs:
            yield from numbers(one)


main()

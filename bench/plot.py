"""What work costs against how much there is: a picture and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

from bench.measure import Result

Costs = Mapping[int, Sequence[Result]]
"""By number of people, what each operation took."""
WIDTH, ROW, LEFT, RIGHT, TOP = 720, 46, 250, 90, 40


def drawn(costs: Costs, folder: Path, *, name: str) -> None:
    (folder / f"{name}.svg").write_text(picture(costs))
    (folder / f"{name}.md").write_text(table(costs))


def by_name(costs: Costs) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for size, results in costs.items():
        for result in results:
            found.setdefault(common(result.operation), {})[size] = result.cpu
    return found


def common(operation: str) -> str:
    """The page far down is another one in a smaller company."""
    return "a page far down, all" if operation.startswith("page ") else operation


def table(costs: Costs) -> str:
    sizes = [*costs]
    heads = ["CPU ms per call", *(f"{size:,} people" for size in sizes)]
    lines = [heads, ["---"] + ["---:"] * len(sizes)]
    lines += [[name, *(f"{one[size]:.1f}" if size in one else "" for size in sizes)] for name, one in rows(costs)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def rows(costs: Costs) -> list[tuple[str, dict[int, float]]]:
    return [*by_name(costs).items()]


def picture(costs: Costs) -> str:
    """A line for each operation over the size, which doubles and doubles; flat is good where the answer is as long."""
    sizes, lines = [*costs], rows(costs)
    height = TOP + ROW * len(lines) + 20
    body = [text(LEFT + at * step(sizes), TOP - 18, f"{size:,}", anchor="middle") for at, size in enumerate(sizes)]
    for number, (name, found) in enumerate(lines):
        body += row(name, [(sizes.index(size), cost) for size, cost in found.items()], TOP + ROW * number, step(sizes))
    style = "<style>text{font:12px sans-serif}polyline{fill:none;stroke:#2563eb;stroke-width:2}</style>"
    background = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return f"{head}{style}{background}{''.join(body)}</svg>\n"


def step(sizes: Sequence[int]) -> float:
    return (WIDTH - LEFT - RIGHT) / max(len(sizes) - 1, 1)


def row(name: str, points: Sequence[tuple[int, float]], top: int, step: float) -> list[str]:
    """Its costs in powers of ten: what is ten times dearer stands as much higher in every row."""
    least = min(cost for _at, cost in points)
    at = [(LEFT + place * step, top + ROW - 16 - 24 * log10(cost / least)) for place, cost in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#2563eb"/>' for x, y in at]
    told = [text(x, y - 7, f"{cost:.1f}", anchor="middle") for (x, y), (_at, cost) in zip(at, points, strict=True)]
    return [text(8, top + ROW - 12, name), f'<polyline points="{line}"/>', *dots, *told]


def text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'

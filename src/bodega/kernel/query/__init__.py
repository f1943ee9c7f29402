"""Questions: which records. One tree with a text, a JSON form and a sentence, answered in SQL and in Python."""

from __future__ import annotations

from bodega.kernel.query.ask import ask
from bodega.kernel.query.holds import holds
from bodega.kernel.query.page import Page, count, heads, neighbours, page, sums
from bodega.kernel.query.report import Group, report
from bodega.kernel.query.text import parse
from bodega.kernel.query.tree import Question, QuestionError
from bodega.kernel.query.write import Chip, chips, sentence, write

__all__ = [
    "Chip", "Group", "Page", "Question", "QuestionError", "ask", "chips", "count", "heads", "holds", "neighbours",
    "page", "parse", "report", "sentence", "sums", "write",
]  # fmt: skip

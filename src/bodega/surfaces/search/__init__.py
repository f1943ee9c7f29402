"""One box that finds records of every type by what they say: docs/decisions/0020-search.md."""

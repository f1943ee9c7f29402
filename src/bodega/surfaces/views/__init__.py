"""Saved views: a question, an order and columns of a list or a board, under a name, shared like any record."""

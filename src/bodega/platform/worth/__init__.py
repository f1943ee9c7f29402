"""Keeping what foreign amounts are worth in step with the rates."""

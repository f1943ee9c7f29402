"""Importing in the background."""

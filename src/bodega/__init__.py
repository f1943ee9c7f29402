"""Bodega: one memory of every customer."""

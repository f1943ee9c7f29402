"""Harbour Hardware, the sample company: a year of work, invented and written through the doors like any other."""

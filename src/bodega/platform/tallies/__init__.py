"""Keeping roll-ups short and checked (`kernel.tallies`)."""

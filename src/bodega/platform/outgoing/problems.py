"""Why there is no answer, in words for whoever gave the address."""

from __future__ import annotations


class NoAnswer(Exception):
    """Any of those below."""


class Refused(NoAnswer):
    """The program does not call this address."""


class Unreachable(NoAnswer):
    """Nobody is there, or nobody who speaks as agreed."""


class TooSlow(NoAnswer):
    """The whole answer had not come when time was up."""


class TooLarge(NoAnswer):
    """The answer goes on after what was to be read at most."""

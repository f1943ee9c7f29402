"""Copies of an installation: backed up, restored, moved from one database to the other, and compared by digests."""

"""The first page: what each person wants to see on it, and in which order."""

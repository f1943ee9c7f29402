"""What each person wants to see on their first page, and in which order."""

"""What others do while somebody looks on: changes, who else is there, how much is unread."""

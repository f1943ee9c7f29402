"""What somebody has left to the background: how far it is, on whatever page they are, and what became of it."""

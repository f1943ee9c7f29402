"""What is sold: a plain catalogue."""

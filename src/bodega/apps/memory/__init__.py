"""What customers told us: facts by topic, with who said it, who heard it and when, so that nobody asks twice."""

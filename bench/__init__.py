"""The benchmark: a large company, everyday work in it, and what that costs."""

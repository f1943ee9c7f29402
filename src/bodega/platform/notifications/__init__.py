"""What people hear of: the records they follow, and what was told to each of them."""

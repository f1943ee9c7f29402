"""Export: the records that a question shows, as CSV, Excel or JSON Lines, in memory that does not grow with them."""

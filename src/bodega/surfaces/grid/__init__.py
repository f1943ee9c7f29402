"""Lists as spreadsheets: the values of many cells to copy, and blocks of them put in at once."""

"""What stands around a list: its columns, what may be asked, groups, measures. The list itself is in surfaces/html."""

"""The pages a person works in: lists, boards, records, forms, read from the record types."""

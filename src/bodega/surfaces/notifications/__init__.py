"""Pages of what people hear of: following a record, what they were told, and of what they want to be told."""

"""The four words: record types, actions, events, questions. No pages, no domain."""

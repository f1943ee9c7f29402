"""What colleagues say to each other about a record: comments in threads, and the stream of a team."""

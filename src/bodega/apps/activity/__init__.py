"""What happened and what is to be done: the timeline, notes and tasks."""

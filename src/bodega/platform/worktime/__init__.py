"""When people work: calendars that administrators keep, for everybody, a team or a person."""

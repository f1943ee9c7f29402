"""Calendars: records of any type on the days of one of their dates, moved from day to day."""

"""The record types that administrators keep: who works here, and what they arrange."""

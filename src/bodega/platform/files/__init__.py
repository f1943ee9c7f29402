"""Uploaded files: kept once by their content, told of by a record."""

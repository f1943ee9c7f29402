"""The API: every record type, action and question as JSON over HTTP, described by OpenAPI 3.1."""

"""Keys by which a person's programs use the API: made, ended, recognised."""

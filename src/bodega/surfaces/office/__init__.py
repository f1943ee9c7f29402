"""The pages on which people arrange things: themselves, users and roles, fields and types, options, the background."""

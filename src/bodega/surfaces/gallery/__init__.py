"""Galleries: records as cards with a picture, or their initials, and the fields one chose."""

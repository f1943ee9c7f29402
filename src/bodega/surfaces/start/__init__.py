"""From empty to useful: the first steps of a new installation, and the way out of the sample company."""

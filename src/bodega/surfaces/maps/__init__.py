"""Maps: records where their places are, near ones as one mark, with a list beside them."""

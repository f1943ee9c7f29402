"""Work in the background: jobs written with the change that wants them, and the workers that run them."""

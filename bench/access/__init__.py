"""What it costs that people see different things: a million deals, a thousand people, six of them."""

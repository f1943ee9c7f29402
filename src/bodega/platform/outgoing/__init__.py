"""The one way by which the program calls an address: nothing inside the company's network, nothing without end."""

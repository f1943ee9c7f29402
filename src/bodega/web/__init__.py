"""Where the parts are put together: settings, addresses, the command line and the server."""

"""The living page of every component in every state: for who builds pages, in a demo only."""

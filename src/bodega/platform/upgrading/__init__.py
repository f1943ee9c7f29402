"""From one version of the program to the next: what is missing in the database, made step by step; what is new."""

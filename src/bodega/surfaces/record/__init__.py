"""The page of a record beyond its facts: ways to reach somebody, quick view, files, how administrators lay it out."""

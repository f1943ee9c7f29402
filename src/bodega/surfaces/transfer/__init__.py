"""Import: records out of files, through the doors, so that nothing is lost, doubled or beyond mending."""

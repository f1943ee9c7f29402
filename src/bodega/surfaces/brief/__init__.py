"""The brief: on one page what one should know before a call or a visit, to read, to print, and for programs."""

"""A queue of open repair applications, filled twice and asked in turns."""

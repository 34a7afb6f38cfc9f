"""E30: a flood of guesses at sign-in, links and codes, while the owners come to work."""

"""Broken files and bombs, many of them, handed in as authorities and parties do."""

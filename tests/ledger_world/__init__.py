"""A register run by an honest operator, day by day, and the ways to betray it.

Written from the specification alone, without a line of the product, so that the
verifier is judged by somebody else's reading of the same rules.
"""

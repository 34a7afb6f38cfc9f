"""E17: persons that the register has to forget, and whoever looks for what is left.

`canaries` and `needles` say what is looked for, `scan` and `guesses` look: none of them
knows the product. Only `play` does, which lives the lives of the canaries in it.
"""

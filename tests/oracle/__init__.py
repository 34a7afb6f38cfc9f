"""A second hand that works out what is on display, by walking from day to day.

It knows the two tables of `registry/data/` and the rules as people read them, and
nothing of the product: only the standard library is imported here, and a test says so.
"""

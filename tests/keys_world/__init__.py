"""A register whose keys change while people work in it, and the stranger who watches."""

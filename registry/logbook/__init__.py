"""The ledger kept in the database: written with each act, signed, published, put back.

`registry.ledger` is the format; here are the rows. Actions call `acts` inside their own
transaction; `signing` makes what was written show; `publishing` hands it out.
"""

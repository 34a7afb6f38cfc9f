"""The public ledger without a database: what is hashed, proven, signed and folded.

Pure but for `keys`, which reads key files. `docs/decisions/0009-the-ledger.md` has the
format in one page; who writes entries and signs is not decided here.
"""

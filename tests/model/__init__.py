"""E04 MODEL: everybody tries everything in any order, and what must hold holds after each.

The machine never predicts whether an act will be allowed. A refusal must have changed
nothing, an act that was allowed may only move what `edges.csv` lets it move, and after
each of them the invariants of `holds.py` are true.
"""

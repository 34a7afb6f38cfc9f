"""Three authorities and everybody who may ask them for something: E19 to E22.

What each may is data: `addresses.csv` and `verdicts.csv` (read by `table`), and
`changes.csv` (read by `fields`).
"""

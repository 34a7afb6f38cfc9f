"""E32: who of the staff sees whom, and whether the record of it can be made otherwise.

`world` fills a register with people who are known by their canaries, `walk` reads every
page that staff can open, `tamper` tries to make the records say something else.
"""

"""E25: texts that want to be a program, typed into everything that takes a text.

`payloads` makes them, `fields` finds from the forms, columns and descriptions themselves
where a text can go in, `deal` puts them there, and `eyes` looks in Chromium at every page
for one that got out of its text.
"""

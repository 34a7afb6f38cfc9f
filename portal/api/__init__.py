"""The interface for machines: one frame for all of it, and what is served by now.

`endpoint` is what every address has in common, `problems` how it refuses, `parameters`
how it reads what was asked, `schema` how it describes itself. A new endpoint is a
function that finds, serializers that name the fields, a class in `views` and a line in
`urls`.
"""

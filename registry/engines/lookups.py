"""`field__among=values`: membership in a long list, sent as one parameter.

Django's `__in` writes a placeholder for each value; for the thousands of keys of
a chunk, building and splitting that statement costs more than running it.
"""

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, IntegerField, Lookup
from django.db.models.sql.compiler import SQLCompiler


@CharField.register_lookup
@IntegerField.register_lookup
class Among(Lookup[Any]):
    lookup_name = "among"
    prepare_rhs = False

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        values = json.dumps(list(self.rhs), ensure_ascii=False)
        # `column` is SQL that Django made; the values go as a parameter.
        condition = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608
        return condition, [*params, values]

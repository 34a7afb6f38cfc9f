from typing import Any

VAULT = "vault"
KEPT_THERE = {("registry", "casekey")}


class VaultRouter:
    """The keys of cases live in the vault, and nothing else does."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str | None:
        return VAULT if is_kept_there(model) else None

    def db_for_write(self, model: type[Any], **hints: Any) -> str | None:
        return VAULT if is_kept_there(model) else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool:
        return ((app_label, model_name) in KEPT_THERE) == (db == VAULT)


def is_kept_there(model: type[Any]) -> bool:
    return (model._meta.app_label, model._meta.model_name) in KEPT_THERE

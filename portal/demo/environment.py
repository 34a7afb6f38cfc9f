"""The environment of a demo: one folder holds everything it makes."""

import secrets
from collections.abc import MutableMapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def prepare(environ: MutableMapping[str, str]) -> None:
    """Fill in what a demo needs and the caller did not set."""
    folder = Path(environ.get("DATA_DIR") or BASE_DIR / "var" / "demo").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    # Absolute, because the demo's children start in another folder.
    environ["DATA_DIR"] = str(folder)
    # One slash more than usual, or the path would not be absolute.
    environ.setdefault("EMAIL_URL", f"file:///{folder}/mail")
    if not environ.get("SECRET_KEY"):
        environ["SECRET_KEY"] = secret_key(folder / "secret_key")


def secret_key(path: Path) -> str:
    """The demo's own secret, made at the first start and readable by its owner only."""
    if not path.exists() or not path.stat().st_size:
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")

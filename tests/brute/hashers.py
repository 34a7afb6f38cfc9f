"""Passwords hashed as in operation, but quickly, and counted account by account."""

from collections import Counter

from django.contrib.auth.hashers import Argon2PasswordHasher


class CountingHasher(Argon2PasswordHasher):
    """What slows guessing down is not what is measured; that it is done at all is."""

    time_cost, memory_cost, parallelism = 1, 8, 1
    # How often each stored password was compared, and how often anything was hashed.
    compared: Counter[str] = Counter()
    n_hashed = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.n_hashed += 1
        return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        CountingHasher.n_hashed += 1
        CountingHasher.compared[encoded] += 1
        return bool(super().verify(password, encoded))

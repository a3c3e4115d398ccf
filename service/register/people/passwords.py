"""What is kept of a secret: a slow hash of a password, a plain one of a token."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError


@dataclass(frozen=True)
class PasswordCost:
    """What one password check costs; the settings choose it."""

    passes: int = 3
    memory_kib: int = 65536
    lanes: int = 4


STRONG = PasswordCost()


def hash_password(password: str, cost: PasswordCost = STRONG) -> str:
    """Return what is kept of a password."""
    return _hasher(cost).hash(password)


def verify(known_hash: str, password: str, cost: PasswordCost) -> bool:
    """Say whether the password is the one that was kept; a broken hash fits none."""
    try:
        return _hasher(cost).verify(known_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(known_hash: str, cost: PasswordCost) -> bool:
    """Say whether the hash was made at another cost than the settings ask for now."""
    return _hasher(cost).check_needs_rehash(known_hash)


@lru_cache(maxsize=8)
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )


@lru_cache(maxsize=8)
def decoy(cost: PasswordCost) -> str:
    """A hash nobody's password has, so that an unknown login costs as much as a known one."""
    return _hasher(cost).hash(secrets.token_urlsafe(16))


def digest(token: str) -> str:
    """Tokens are 256 random bits; a plain hash is enough to make the table useless to a thief."""
    return hashlib.sha256(token.encode()).hexdigest()

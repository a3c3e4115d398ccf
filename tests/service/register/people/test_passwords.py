"""What is kept of a secret does not give it away."""

from service.register.people import passwords
from service.register.people.passwords import PasswordCost
from tests.service.register.people.cast import CHEAP, PASSWORD


def test_a_password_is_known_again_and_another_is_not() -> None:
    kept = passwords.hash_password(PASSWORD, CHEAP)

    assert PASSWORD not in kept
    assert passwords.verify(kept, PASSWORD, CHEAP)
    assert not passwords.verify(kept, PASSWORD + "!", CHEAP)


def test_a_broken_hash_fits_no_password() -> None:
    assert not passwords.verify("junk", PASSWORD, CHEAP)


def test_a_hash_of_another_cost_is_outdated() -> None:
    kept = passwords.hash_password(PASSWORD, CHEAP)

    assert not passwords.is_outdated(kept, CHEAP)
    assert passwords.is_outdated(kept, PasswordCost(passes=2, memory_kib=8, lanes=1))


def test_a_decoy_costs_what_a_password_costs() -> None:
    assert passwords.decoy(CHEAP).startswith("$argon2id$v=19$m=8,t=1,p=1$")


def test_a_token_is_kept_as_its_digest() -> None:
    assert passwords.digest("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )

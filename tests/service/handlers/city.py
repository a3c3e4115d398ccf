"""The test city behind the pages: whoever is named in `tests.world` may sign in here."""

from flask import Flask
from sqlalchemy import update

from service.app import create_app
from service.register.people.passwords import hash_password
from service.settings import Settings
from service.tables.people import Person
from tests.service.handlers.conftest import CHEAP, PASSWORD, Browser
from tests.world import World


def served(world: World, settings: Settings) -> Flask:
    """Return the web service of a world, everybody with the same password."""
    hashed = hash_password(PASSWORD, CHEAP)
    with world.database.transaction() as session:
        session.execute(update(Person).values(password_hash=hashed))
    cheap = {"password_passes": CHEAP.passes, "password_memory_kib": CHEAP.memory_kib}
    return create_app(settings.model_copy(update=cheap), world.database)


def signed_in(app: Flask, login: str) -> Browser:
    browser = Browser(app.test_client())
    browser.sign_in(login)
    return browser

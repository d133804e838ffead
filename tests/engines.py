"""pytest plugin: PostgreSQL and Valkey for the tests, running before pytest-django reads the settings.

Loaded by `addopts` in pyproject.toml, so it needs `python -m pytest` or `./run test`. Where DATABASE_URL or
REDIS_URL is set, that server is used instead. Only the controller of pytest-xdist starts engines; its workers
find them in the environment. Each worker has a database (pytest-django sees to that) and a Redis number of its own.
"""

import atexit
import contextlib
import fcntl
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis

from config import environment
from config.chromium import find_chromium, required
from config.console import Stop
from config.embedded import Engines
from config.servers import check_servers, connect_redis
from config.translations import compile_translations

FOLDER_PREFIX = f"tend-tests-{os.getuid()}-"
CLAIM_SECONDS = 2 * 3600
REDIS_NUMBERS = range(1, 16)
session = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests():
    try:
        if "PYTEST_XDIST_WORKER" not in os.environ:
            start_engines()
        claim_redis_number()
    except Stop as refusal:
        raise pytest.UsageError(str(refusal)) from None
    return (yield)


def pytest_unconfigure():
    session.close()


def start_engines():
    check_servers(database_exists=False)
    compile_translations()
    sweep()
    atexit.register(session.close)  # pytest skips its own last hook when the settings cannot be read
    home = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    session.callback(shutil.rmtree, home, ignore_errors=True)
    lock = session.enter_context((home / "lock").open("w"))
    fcntl.flock(lock, fcntl.LOCK_EX)
    engines = session.enter_context(Engines(home, durable=False, keep_fds=(lock.fileno(),)))
    (
        home / "static"
    ).mkdir()  # nothing is collected for tests, but WhiteNoise warns of a folder that is not there
    more = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1", "TEND_STATIC_ROOT": str(home / "static")}
    found = environment.variables("test", engines.urls, **more)
    for name in set(os.environ) - set(found):
        del os.environ[name]
    os.environ.update(found)


def sweep():
    """Remove what test runs that were killed have left: folders whose lock nobody holds any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def claim_redis_number():
    """Take an empty number of the Redis in REDIS_URL for this process alone, and empty it again at the end.

    The claim is a key in the number that REDIS_URL names, which is never used for anything else: tests may flush
    their own number, and nobody else's data is touched.
    """
    home = connect_redis(os.environ["REDIS_URL"])
    base = home.connection_pool.connection_kwargs.get("db", 0)
    mine = secrets.token_hex(8)
    for number in REDIS_NUMBERS:
        claim = f"tend-tests:{number}"
        if number == base or not home.set(claim, mine, nx=True, ex=CLAIM_SECONDS):
            continue
        url = with_number(os.environ["REDIS_URL"], number)
        own = connect_redis(url)
        if own.dbsize() == 0:
            session.callback(give_back, home, own, claim)
            os.environ["REDIS_URL"] = url
            return
        home.delete(claim)
    raise Stop(
        "No empty Redis number is left for the tests: every number from 1 to 15 of REDIS_URL holds data."
    )


def give_back(home, own, claim):
    with contextlib.suppress(redis.RedisError):  # an engine of our own may be gone already
        own.flushdb()
        home.delete(claim)


def with_number(url, number):
    if "virtual_host=" in url:
        return re.sub(r"virtual_host=\d+", f"virtual_host={number}", url)
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def pytest_ignore_collect(collection_path):
    """Leave the browser tests out where no Chromium is, except on CI, where that is an error."""
    if collection_path.name != "browser" or find_chromium():
        return None
    if required():
        raise pytest.UsageError("The browser tests need a Chromium; ./run test installs one on CI.")
    return True

"""What the processes of each command find in their environment. Other settings of the user's are kept."""

import os
import secrets

from config.paths import DATA, ROOT

LONG_STATEMENT_MS = "60000"
# A worker waits on the broker for work, a request must not.
WORKER_SOCKET_SECONDS = "10"


def variables(kind, urls, **more):
    """The environment of a process in the setting `kind`: demo, test or production."""
    embedded = "DATABASE_URL" in urls and not os.environ.get("DATABASE_URL")
    kept = {k: v for k, v in os.environ.items() if not (embedded and k.startswith("PG"))}
    defaults = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT), **more}
    return defaults | kept | urls | {"TEND_ENV": kind}


def demo(urls, **more):
    return variables("demo", urls, TEND_SECRET_KEY=secret_key(), **static_root(), **more)


def production(urls, **more):
    """The production settings with stand-ins for what only a real installation has."""
    hosts = {"TEND_ALLOWED_HOSTS": "localhost,127.0.0.1,testserver"}
    return variables("production", urls, TEND_SECRET_KEY=secret_key(), **hosts, **static_root(), **more)


def static_root():
    return {"TEND_STATIC_ROOT": str(DATA / "static")}


def secret_key():
    """The key kept in the data folder, so that log-ins outlive a restart."""
    path = DATA / "secret_key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(60))
    return path.read_text()

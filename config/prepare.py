"""Makes the database and the static files fit the code, in one process.

python -m config.prepare does all of it, or only the parts that are named: static, schema, book.
"""

import hashlib
import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.exceptions import NodeNotFoundError

from config.console import Stop, explain, step
from config.launcher import guarded
from config.paths import ROOT
from config.translations import compile_translations

TOO_OLD = "The database is older than commit 271945e: see “Before a new version” in docs/operating.md."


def main(arguments):
    parts = arguments or ["static", "schema", "book"]
    compile_translations()
    django.setup()
    try:
        if "static" in parts:
            with step("Collecting static files"):
                collect_static()
        if "schema" in parts:
            with step("Updating the database"):
                call_command("migrate", interactive=False, verbosity=0)
                call_command("createcachetable", verbosity=0)
        if "book" in parts:
            call_command("load_demo", verbosity=0)
    except NodeNotFoundError as error:
        raise Stop(TOO_OLD) from error
    except (CommandError, OperationalError) as error:
        raise Stop(explain(str(error)) or str(error).strip()) from error
    return 0


def collect_static():
    """Copy and compress what the pages load, when any of it has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=StringIO())
    stamp.write_text(wanted)


def static_fingerprint():
    """Changes with our own files and with the locks that name everybody else's."""
    digest = hashlib.sha256()
    ours = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    makers = ("package-lock.json", "requirements.lock", "config/staticfiles.py", "config/figures.py")
    for path in [*ours, *(ROOT / name for name in makers)]:
        digest.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(guarded(main, sys.argv[1:]))

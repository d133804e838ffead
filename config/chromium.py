"""Finds the Chromium that drives the browser tests; on CI one that is missing is installed from Debian's packages."""

import os
import shutil

from config.console import Stop, explain_install, say, step
from config.processes import run_captured

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium():
    """The path of a Chromium, or None. TEND_CHROMIUM names one that is not on the PATH."""
    return os.environ.get("TEND_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def required():
    """True where browser tests may not be left out."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def ensure_chromium():
    """Raises Stop when CI has no Chromium and cannot get one. Elsewhere a missing one only leaves tests out."""
    if find_chromium():
        return
    if not required():
        say("No Chromium was found: the browser tests are left out.")
        return
    with step("Installing Chromium") as tick:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            apt_get(arguments, tick)
    if not find_chromium():
        raise Stop(
            "CI needs a Chromium for the browser tests, and installing the package chromium brought none."
        )


def apt_get(arguments, tick):
    if not shutil.which("apt-get"):
        raise Stop("CI needs a Chromium for the browser tests: install one, or name it in TEND_CHROMIUM.")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    code, output = run_captured(["apt-get", "-q", *arguments], tick=tick, env=quiet)
    if code:
        lines = "\n".join(output.strip().splitlines()[-8:])
        raise Stop(
            explain_install(output) or f"CI needs a Chromium for the browser tests; apt-get failed:\n{lines}"
        )

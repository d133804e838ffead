"""What `run` says on the terminal: progress with seconds, and refusals in one sentence. Standard library only."""

import errno
import sys
import time
from contextlib import contextmanager


class Stop(Exception):
    """The command cannot go on; the message is the one sentence that the user reads. Leaves with exit code 1."""


FULL_DISK = "The disk is full: free some space (a first run needs about 1 GB), then run this again."
NO_NETWORK = "The package registry could not be reached: check the network connection, then run this again."
NO_SPACE_MARKS = ("no space left on device", "enospc", "disk quota exceeded", "os error 28")
NO_NETWORK_MARKS = (
    "name resolution",
    "name or service not known",
    "failed to lookup address",
    "dns error",
    "network is unreachable",
    "connection refused",
    "connecttimeout",
    "connection timed out",
    "timed out",
    "tcp connect error",
    "error sending request",
    "eai_again",
    "enotfound",
    "enetunreach",
    "econnrefused",
    "etimedout",
)


def explain(output):
    """One sentence for a known reason found in a failed program's output, or None."""
    return FULL_DISK if any(mark in output.lower() for mark in NO_SPACE_MARKS) else None


def explain_install(output):
    """As `explain`, for programs that fetch packages."""
    offline = any(mark in output.lower() for mark in NO_NETWORK_MARKS)
    return explain(output) or (NO_NETWORK if offline else None)


def explain_os_error(error):
    """One sentence for an OSError that the user can mend, or None."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL_DISK
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or 'A file'} cannot be written: {error.strerror}. Run as the folder's owner."
    return None


def say(text=""):
    print(text, flush=True)


@contextmanager
def step(title):
    """Print a title, then the seconds that the block took. The block may call the tick it is given, to show life."""
    begun = time.monotonic()
    live = sys.stdout.isatty()
    print(f"  {title} …", end="", flush=True)

    def tick():
        if live:
            print(f"\r  {title} … {time.monotonic() - begun:.0f} s", end="", flush=True)

    try:
        yield tick
    except BaseException:
        print(flush=True)
        raise
    print(f"\r  {title} …" if live else "", f"{time.monotonic() - begun:.1f} s", flush=True)

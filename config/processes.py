"""Programs that never outlive whoever started them. Standard library only."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Terminated(KeyboardInterrupt):
    """Someone asked us, and only us, to stop (SIGTERM or SIGHUP)."""


def stop_on_signals():
    """Make SIGTERM and SIGHUP unwind like Ctrl-C, so that what was started is stopped on the way out."""

    def terminate(*_):
        raise Terminated

    signal.signal(signal.SIGTERM, terminate)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, terminate)
    # A script's background job starts with SIGINT ignored; kill -INT shall stop it all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def ignore_signals():
    """While stopping, a second Ctrl-C changes nothing: every stop has its own time limit."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def dying_with_parent(death_signal):
    """A preexec function: the kernel sends `death_signal` to the child when its parent is gone, even by kill -9."""
    parent = os.getpid()

    def prepare():
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # the parent died before the kernel knew
            os._exit(1)

    return prepare


def spawn(command, *, death_signal=signal.SIGTERM, **options):
    """Start a program in a session of its own, so that Ctrl-C reaches it only through us."""
    return subprocess.Popen(
        [str(part) for part in command],
        start_new_session=True,
        preexec_fn=dying_with_parent(death_signal),
        **options,
    )


def kill_group(process):
    """Kill what is left of a program and of everything it started; reap it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def stop(process, *, stop_signal=signal.SIGTERM, seconds=10):
    """Ask a program to stop, wait up to `seconds`, then kill its whole group."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        wait_up_to(seconds, process)
    kill_group(process)


def run_captured(command, *, tick=lambda: None, **options):
    """Run a program to its end; returns (exit code, output). Calls `tick` each second."""
    process = spawn(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options
    )
    try:
        while True:
            try:
                output, _ = process.communicate(timeout=1)
                return process.returncode, output.decode(errors="replace")
            except subprocess.TimeoutExpired:
                tick()
    finally:
        kill_group(process)


def run_visible(command, *, patient=True, **options):
    """Run a program on our own terminal and input; returns its exit code, and never leaves it behind.

    `patient` gives it 10 s to tidy up when we are stopped; without, it is killed.
    """
    death_signal = signal.SIGTERM if patient else signal.SIGKILL
    process = subprocess.Popen(
        [str(part) for part in command], preexec_fn=dying_with_parent(death_signal), **options
    )
    seconds = 10 if patient else 0
    try:
        return process.wait()
    except KeyboardInterrupt as stopped:
        if not isinstance(stopped, Terminated):  # Ctrl-C reached the program as well
            wait_up_to(seconds, process)
        raise
    finally:
        if process.poll() is None:
            process.send_signal(death_signal)
            wait_up_to(seconds, process)
            process.kill()
            process.wait()


def wait_up_to(seconds, process):
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)

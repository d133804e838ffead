"""./run demo: engines, database, then web, worker and beat under one supervisor until Ctrl-C."""

import http.client
import os
import shutil
import time
from signal import SIGKILL, SIGQUIT

from config import environment
from config.console import Stop, say, step
from config.embedded import Engines
from config.launcher import check_port
from config.locking import DataLock
from config.paths import DATA, LOGS, PYTHON, ROOT
from config.processes import ignore_signals, run_visible
from config.servers import check_servers
from config.supervisor import Service, Supervisor, tail

WEB_SECONDS = 60
WEB_WORKERS, WEB_THREADS = 2, 4
FIRST_PAGE = "/accounts/login/"
LEAST_FREE_BYTES = 200 * 2**20
LOG_INS = {
    "am": "account manager",
    "am2": "account manager of another team",
    "kam": "key account manager",
    "senior": "senior account manager, leads a team",
    "rm": "relationship manager",
    "manager": "manager of a region",
    "manager2": "manager of another region",
    "admin": "administrator",
    "production": "member of the production department",
}


def run_demo(options):
    check_disk()
    with DataLock("demo").take() as lock:
        if options.reset:
            drop_data()
        check_servers()
        LOGS.mkdir(parents=True, exist_ok=True)
        engines = Engines(DATA, keep_fds=(lock.fd,))
        try:
            serve(options, engines, lock)
        except KeyboardInterrupt:
            say("Stopping …")
        finally:
            ignore_signals()
            engines.stop()
    say("Stopped.")
    return 0


def serve(options, engines, lock):
    """Bring everything up, say so, and watch it until a signal."""
    names = " and ".join(engine.title for engine in engines.engines)
    if names:
        with step(f"Starting {names}"):
            engines.start()
    prepare(engines.urls)
    lock.publish(engines.urls)
    check_port(options.host, options.port)
    supervisor = Supervisor(
        services(options, engines.urls), engines, logs=LOGS, cwd=ROOT, keep_fds=(lock.fd,)
    )
    try:
        with step("Starting web, worker and beat"):
            supervisor.start_all()
            wait_for_web(options, supervisor)
        welcome(options)
        supervisor.watch()
    finally:
        ignore_signals()
        supervisor.stop()


def prepare(urls, *parts):
    """Run config/prepare.py, which says itself what goes wrong. Migrations may take longer than a request."""
    variables = environment.demo(urls, TEND_STATEMENT_TIMEOUT_MS="0")
    code = run_visible([PYTHON, "-m", "config.prepare", *parts], env=variables, cwd=ROOT, patient=False)
    if code:
        raise SystemExit(1)


def services(options, urls):
    """Beat, web and worker, in the order in which they stop."""
    celery = [PYTHON, "-m", "celery", "-A", "config"]
    quiet = ["--loglevel", "WARNING"]
    links = {"TEND_BASE_URL": address(options)}
    hosts = {"TEND_ALLOWED_HOSTS": f"localhost,127.0.0.1,{in_address(options.host)}"}
    beat = [*celery, "beat", *quiet, "--schedule", DATA / "beat-schedule", "--pidfile", ""]
    worker = [*celery, "worker", *quiet, "--concurrency", "2", "--without-gossip", "--without-mingle"]
    worker_limits = {
        **links,
        "TEND_STATEMENT_TIMEOUT_MS": environment.LONG_STATEMENT_MS,
        "TEND_BROKER_SOCKET_TIMEOUT": environment.WORKER_SOCKET_SECONDS,
    }
    jobs = environment.demo(urls, **worker_limits)
    return [
        Service("beat", beat, jobs, death_signal=SIGKILL),
        Service("web", web_command(options), environment.demo(urls, TEND_DB_POOL="1", **hosts, **links)),
        # SIGQUIT is Celery's soft stop: SIGTERM would wait for the longest task. A stop without its broker, which
        # goes down with us when we are killed, was seen to hang; its children go with a killed worker.
        Service("worker", worker, jobs, stop_signal=SIGQUIT, stop_seconds=15, death_signal=SIGKILL),
    ]


def web_command(options):
    granian = [PYTHON, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    where = ["--host", options.host, "--port", options.port]
    size = ["--workers", WEB_WORKERS, "--blocking-threads", WEB_THREADS]
    return [*granian, *where, *size, "--workers-kill-timeout", "5", "config.wsgi:application"]


def wait_for_web(options, supervisor):
    """Return when the web answers. Raises Stop with its last words when it does not."""
    deadline = time.monotonic() + WEB_SECONDS
    while not answers(options.host, options.port):
        supervisor.look()
        if time.monotonic() > deadline:
            words = tail(LOGS / "web.log")
            raise Stop(f"The web did not answer within {WEB_SECONDS} s; its last words:\n{words}")
        time.sleep(0.1)


def answers(host, port):
    connection = http.client.HTTPConnection(host, port, timeout=WEB_SECONDS)
    try:
        connection.request("GET", FIRST_PAGE)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(options):
    seconds = time.monotonic() - float(os.environ.get("TEND_BEGUN", time.monotonic()))
    say(f"\nTend is ready after {seconds:.1f} s:  {address(options)}/\n")
    say("  Log in with the password  tend-demo  as")
    for name, who in LOG_INS.items():
        say(f"    {name + '@tend.example':24}{who}")
    say(f"\n  Logs: {LOGS}. Ctrl-C stops everything.")


def address(options):
    return f"http://{in_address(options.host)}:{options.port}"


def in_address(host):
    return f"[{host}]" if ":" in host else host


def check_disk():
    DATA.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(DATA).free < LEAST_FREE_BYTES:
        raise Stop(f"The disk is full: {DATA} needs at least {LEAST_FREE_BYTES >> 20} MB of free space.")


def drop_data():
    """Forget the demo's database and queue; the lock is held, so nothing is using them."""
    with step("Dropping the demo's data"):
        for name in ("postgres", "postgres.new", "valkey", "log"):
            if (DATA / name).exists():
                shutil.rmtree(DATA / name)
        for path in DATA.glob("beat-schedule*"):
            path.unlink()

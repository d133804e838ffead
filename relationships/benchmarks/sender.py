"""A process of `./run bench deliveries`: waits for a line, then sends what is due as a Celery worker would.

Prints the seconds of its own work and of its processor. With a count, host and port it sends as many minimal mails over
one SMTP connection instead.
"""

import resource
import smtplib
import sys
import time

from relationships.followups import dispatch, mails


def main(*arguments):
    work = _floor if arguments else _send
    mails.link("relationships:today")  # a worker that has sent before has the addresses at hand
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    started, before = time.perf_counter(), _cpu()
    work(*arguments)
    sys.stdout.write(f"{time.perf_counter() - started} {_cpu() - before}\n")


def _cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _send():
    while dispatch.send_due().more:
        pass


def _floor(count, host, port):
    text = "Message-ID: <{}@localhost>\r\nSubject: x\r\n\r\nx\r\n"
    with smtplib.SMTP(host, int(port)) as server:
        for number in range(int(count)):
            server.sendmail("tend@localhost", [f"r{number}@tend.invalid"], text.format(number))

"""`python -m tests.faults.mailserver PORT FOLDER`: a real SMTP server that writes down every mail it takes.

A mail is one line of JSON in FOLDER/mails: when, to whom, its Message-ID, and the codes of the follow-ups it tells of.
The file FOLDER/mode says how it behaves from the next command on: {"drop": true} takes a mail and hangs up without an
answer, {"mute": true} takes it and never answers, {"refuse": ["a@b"]} answers 550 to these recipients, {"seconds": 0.2}
takes that long over each mail. Not listening and hanging from the first byte are the harness's: it stops or
freezes this process.
"""

import asyncio
import email
import email.policy
import json
import re
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP

CODE = re.compile(r"\b[a-z]+-\d{6}\b")  # their words, see tests.faults.book


class Handler:
    def __init__(self, folder):
        self.mails, self.mode_file = folder / "mails", folder / "mode"

    def mode(self):
        try:
            return json.loads(self.mode_file.read_text())
        except (OSError, ValueError):
            return {}

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.mode().get("refuse", ()):
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        mode = self.mode()
        await asyncio.sleep(mode.get("seconds", 0))
        self.record(envelope)
        if mode.get("drop"):
            server.transport.abort()
        if mode.get("mute"):
            await asyncio.sleep(3600)
        return "250 OK"

    def record(self, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content()
        line = {
            "at": time.time(),
            "to": envelope.rcpt_tos,
            "id": mail["Message-ID"],
            "tells": sorted(set(CODE.findall(text))),
        }
        with self.mails.open("a") as file:
            file.write(json.dumps(line) + "\n")


async def serve(port, folder):
    loop = asyncio.get_running_loop()
    handler = Handler(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))

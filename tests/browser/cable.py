"""The cable between a browser and the server: a port of its own that passes everything on until it is cut.

Playwright's own switch leaves the requests of a service worker alone; a port that is closed does not.
"""

import contextlib
import socket
from threading import Event, Lock, Thread
from urllib.parse import urlsplit


class Cable:
    def __init__(self, server_url):
        self.server = urlsplit(server_url).hostname, urlsplit(server_url).port
        self.lock, self.ends = Lock(), []
        self.cut_at_answer_to = None
        self.flowing = Event()
        self.flowing.set()
        self.listener = self._listen(0)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def hold(self):
        """Connections are taken, and no answer ever comes, as in a tunnel."""
        self.flowing.clear()

    def cut(self):
        """Every connection ends, no new one is taken."""
        self.flowing.set()
        with self.lock:
            self.listener, closing = None, [self.listener, *self.ends]
            self.ends = []
        for end in filter(None, closing):
            _close(end)

    def mend(self):
        self.flowing.set()
        self.cut_at_answer_to = None
        if self.listener is None:
            self.listener = self._listen(self.port)

    def cut_at_answer(self, request):
        """Cuts when the server answers the next request that begins with these bytes; the answer is lost."""
        self.cut_at_answer_to = request

    def _listen(self, port):
        listener = socket.create_server(("127.0.0.1", port))
        Thread(target=self._accept, args=[listener], daemon=True).start()
        return listener

    def _accept(self, listener):
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return  # cut
            with self.lock:
                if self.listener is not listener:
                    _close(near)
                    return
                far = socket.create_connection(self.server)
                self.ends += [near, far]
            asked = {"last": b""}
            Thread(target=self._pass_questions, args=[near, far, asked], daemon=True).start()
            Thread(target=self._pass_answers, args=[far, near, asked], daemon=True).start()

    def _pass_questions(self, near, far, asked):
        with contextlib.suppress(OSError):
            while data := near.recv(65536):
                asked["last"] = data
                far.sendall(data)
        _close(far)

    def _pass_answers(self, far, near, asked):
        with contextlib.suppress(OSError):
            while data := far.recv(65536):
                self.flowing.wait()
                wanted = self.cut_at_answer_to
                if wanted and asked["last"].startswith(wanted):
                    self.cut()
                    return
                near.sendall(data)
        _close(near)


def _close(end):
    """Wakes who waits for it, in another thread too."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()

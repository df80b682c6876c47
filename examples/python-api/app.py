"""A little notes API that needs nothing but Python's standard library."""

import itertools
import json
import logging
import os
import re
import signal
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY = 10_000

log = logging.getLogger("notes")


class Notes:
    """Notes in memory, safe to use from several threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._notes = {}

    def all(self):
        with self._lock:
            return list(self._notes.values())

    def get(self, note_id):
        with self._lock:
            return self._notes.get(note_id)

    def add(self, text):
        with self._lock:
            note = {"id": next(self._ids), "text": text}
            self._notes[note["id"]] = note
            return note

    def remove(self, note_id):
        with self._lock:
            return self._notes.pop(note_id, None)


class Problem(Exception):
    """Something that the client did wrong."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A client that is silent for this many seconds is disconnected.
    timeout = 30

    @property
    def notes(self):
        return self.server.notes

    def do_GET(self):
        self.answer(self.get)

    def do_POST(self):
        self.answer(self.post)

    def do_DELETE(self):
        self.answer(self.delete)

    def get(self):
        if self.route == "/":
            return HTTPStatus.OK, {"name": "notes", "endpoints": ["/health", "/notes", "/notes/<id>"]}
        if self.route == "/health":
            return HTTPStatus.OK, {"status": "ok"}
        if self.route == "/notes":
            return HTTPStatus.OK, {"notes": self.notes.all()}
        return HTTPStatus.OK, self.existing(self.notes.get)

    def post(self):
        body = self.read_json()
        if self.route != "/notes":
            raise Problem(HTTPStatus.NOT_FOUND, "notes are posted to /notes")
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, 'a note looks like {"text": "buy milk"}')
        return HTTPStatus.CREATED, self.notes.add(text.strip())

    def delete(self):
        return HTTPStatus.OK, self.existing(self.notes.remove)

    def existing(self, find):
        """What `find` finds under the id in the path."""
        match = re.fullmatch(r"/notes/(\d{1,12})", self.route)
        note = find(int(match[1])) if match else None
        if note is None:
            raise Problem(HTTPStatus.NOT_FOUND, "there is nothing here")
        return note

    @property
    def route(self):
        return self.path.partition("?")[0]

    def answer(self, handle):
        try:
            status, content = handle()
        except Problem as problem:
            status, content = problem.status, {"error": str(problem)}
        body = json.dumps(content).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read_json(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body has at most {MAX_BODY} bytes, and says how many")
        try:
            return json.loads(self.rfile.read(int(length)))
        except ValueError:
            raise Problem(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None

    def log_message(self, format, *args):
        log.info("%s %s", self.address_string(), format % args)


class NotesServer(ThreadingHTTPServer):
    def __init__(self, address):
        super().__init__(address, Handler)
        self.notes = Notes()


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    server = NotesServer(("", int(os.environ.get("PORT", "8000"))))

    def stop(signum, frame):
        log.info("stopping")
        # shutdown() waits for the loop below, which runs in this very thread.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("listening on port %d", server.server_port)
    with server:
        server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()

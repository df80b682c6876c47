import json
import threading
import unittest
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from app import NotesServer


class NotesTest(unittest.TestCase):
    def setUp(self):
        self.server = NotesServer(("127.0.0.1", 0))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.server.server_port}{path}"
        try:
            with urlopen(Request(url, data=data, method=method), timeout=10) as response:
                return response.status, json.load(response)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def test_is_healthy(self):
        self.assertEqual(self.call("GET", "/health"), (200, {"status": "ok"}))

    def test_keeps_notes_until_they_are_deleted(self):
        self.assertEqual(self.call("POST", "/notes", {"text": " milk "}), (201, {"id": 1, "text": "milk"}))
        self.assertEqual(self.call("GET", "/notes"), (200, {"notes": [{"id": 1, "text": "milk"}]}))
        self.assertEqual(self.call("DELETE", "/notes/1")[0], 200)
        self.assertEqual(self.call("GET", "/notes/1")[0], 404)

    def test_says_what_is_wrong_with_a_note(self):
        status, content = self.call("POST", "/notes", {"txet": "milk"})
        self.assertEqual(status, 422)
        self.assertIn("text", content["error"])


if __name__ == "__main__":
    unittest.main()

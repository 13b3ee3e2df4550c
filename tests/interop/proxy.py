"""Stands between a program and an HTTP server: counts requests, and breaks some answers off.

    proxy.py ENDPOINT EVERY

Prints its own address. Of the answers with a body of more than a few bytes to GET, every EVERYth is cut in half and the
connection closed (0: none). `GET /requests` answers with the numbers of lists, GETs, HEADs, PUTs and cut answers since the
last time. Ends when standard input closes.
"""

import collections
import http.client
import http.server
import sys
import threading
import urllib.parse

endpoint = urllib.parse.urlparse(sys.argv[1])
every = int(sys.argv[2])
counts, lock, answers = collections.Counter(), threading.Lock(), 0


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def forward(self):
        global answers
        if self.path == "/requests":
            with lock:
                words = [counts[key] for key in ("LIST", "GET", "HEAD", "PUT", "CUT")]
                counts.clear()
            return self.answer(200, {}, " ".join(map(str, words)).encode())
        query = urllib.parse.urlparse(self.path).query
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(endpoint.hostname, endpoint.port)
        connection.request(self.command, self.path, body, dict(self.headers))
        response = connection.getresponse()
        data = response.read()
        cut = False
        with lock:
            counts["LIST" if "list-type" in query else self.command] += 1
            if self.command == "GET" and "list-type" not in query and len(data) > 64:
                answers += 1
                cut = every > 0 and answers % every == 0
                counts["CUT"] += cut
        self.answer(response.status, dict(response.getheaders()), data, cut)

    def answer(self, status, headers, data, cut=False):
        self.send_response_only(status)
        length = headers.get("Content-Length", len(data)) if self.command == "HEAD" else len(data)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)
        self.close_connection = self.close_connection or cut

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = forward


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()

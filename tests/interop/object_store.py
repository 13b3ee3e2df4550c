"""Serves a folder as an S3 bucket and as a web server until standard input closes.

    object_store.py FOLDER PREFIX

Every file below FOLDER is put into the bucket "plates" under PREFIX. Prints two lines: the S3 endpoint, the address of
the web server. Needs moto[server] and boto3.
"""

import functools
import http.server
import logging
import pathlib
import sys
import threading

import boto3
from moto.server import ThreadedMotoServer


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A web server that cannot list, as most cannot."""

    protocol_version = "HTTP/1.1"

    def list_directory(self, path):
        self.send_error(403)

    def log_message(self, *args):
        pass


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    folder, prefix = pathlib.Path(sys.argv[1]), sys.argv[2]
    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="plates")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            client.upload_file(str(path), "plates", f"{prefix}/{path.relative_to(folder)}")
    web = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=web.serve_forever, daemon=True).start()
    print(endpoint)
    print(f"http://127.0.0.1:{web.server_port}", flush=True)
    sys.stdin.read()


main()

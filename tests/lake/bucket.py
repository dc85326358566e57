"""A small S3 endpoint on this machine: lists a folder's files, answers HEAD and GET with ranges."""

import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Handler(BaseHTTPRequestHandler):
    """Buckets are the folders of `server.root`; keys are the paths below them."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answer a listing or an object."""
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        if "list-type" in query:
            self._list(unquote(parts.path).strip("/"), query)
        else:
            self._object(unquote(parts.path))

    do_HEAD = do_GET  # noqa: N815 - the name that the server looks for

    def log_message(self, *_args):
        """Tests stay quiet."""

    def _list(self, bucket, query):
        root, prefix = self.server.root / bucket, query.get("prefix", [""])[0]
        if not root.is_dir():
            self._answer(404, b"<Error><Code>NoSuchBucket</Code><Message>no such bucket</Message></Error>")
            return
        keys = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        found = [key for key in keys if key.startswith(prefix)]
        folders = set()
        if "delimiter" in query:
            folders = {
                prefix + key[len(prefix) :].split("/")[0] + "/" for key in found if "/" in key[len(prefix) :]
            }
            found = [key for key in found if "/" not in key[len(prefix) :]]
        listed = "".join(self._entry(root, key) for key in found)
        below = "".join(
            f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in folders
        )
        body = f"<Name>{bucket}</Name><IsTruncated>false</IsTruncated>{listed}{below}"
        self._answer(200, f"<ListBucketResult>{body}</ListBucketResult>".encode(), "application/xml")

    def _entry(self, root, key):
        path = root / key
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        size = path.stat().st_size
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>{changed}</LastModified><Size>{size}</Size>"
            f"<ETag>&quot;{md5(path.read_bytes(), usedforsecurity=False).hexdigest()}&quot;</ETag></Contents>"
        )

    def _object(self, path):
        self.server.asked.append(f"{self.command} {path}")
        file = self.server.root / path.strip("/")
        if not file.is_file():
            self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>")
            return
        data = file.read_bytes()
        said = self.headers.get("Range", "")
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        headers = {"Last-Modified": format_datetime(changed, usegmt=True), "Accept-Ranges": "bytes"}
        if not said:
            self._answer(200, data, "application/octet-stream", headers)
            return
        first, last = said.removeprefix("bytes=").split("-")
        part = data[int(first) : int(last) + 1]
        headers["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}"
        self._answer(206, part, "application/octet-stream", headers)

    def _answer(self, status, body, kind="application/xml", headers=None):
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Bucket(ThreadingHTTPServer):
    """The endpoint, serving from a thread until `close`."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root, self.asked = root, []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def close(self):
        """Stop serving."""
        self.shutdown()
        self.server_close()

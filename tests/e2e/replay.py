"""A replay server with recorded answers, and the program run against it. For the end-to-end tests.

Recordings and server live beside the project (../shared); tests skip, saying so, where they are absent.
"""
import http.client
import http.server
import io
import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
import zipfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SHARED = SOURCE.parent / "shared"
RECORDINGS = SHARED / "real" / "genesis"
SERVER = SHARED / "tools" / "genesis_replay.py"

SKIP = 77  # ctest: SKIP_RETURN_CODE


def environment():
    """Credentials for the replay server (any will do), so that background jobs may be started."""
    return dict(os.environ, KREISLAUF_DATA=str(SOURCE), KREISLAUF_GENESIS_USER="tester",
                KREISLAUF_GENESIS_PASSWORD="not-a-secret")


def need_recordings():
    if not RECORDINGS.is_dir() or not SERVER.is_file():
        print(f"SKIPPED: no recordings at {RECORDINGS}")
        sys.exit(SKIP)


class Replay:
    """The replay server as a context manager."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), "--root", str(RECORDINGS), "--port", "0", *self.arguments],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.info = json.loads(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{self.info['port']}"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.stdout.close()
        self.process.wait()

    def control(self, path):
        request = urllib.request.Request(f"{self.base}/__replay__/{path}", method="POST", data=b"")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def as_of(self, day):
        self.control(f"set?as-of={day}")


class Tamper:
    """Between the program and a replay server, as a context manager: changes what is answered for one table.

    `change` takes the text of the flat file and returns another. Where it returns a dictionary, that is the answer (JSON)
    to whatever names the table."""

    def __init__(self, replay, code, change):
        self.code, self.change, self.target = code, change, urllib.parse.urlsplit(replay.base)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                link = http.client.HTTPConnection(outer.target.hostname, outer.target.port, timeout=60)
                link.request("POST", self.path, body, dict(self.headers.items()))
                answer = link.getresponse()
                kind, data = answer.getheader("Content-Type", ""), answer.read()
                link.close()
                if outer.code.encode() in body:
                    kind, data = outer.changed(self.path, kind, data)
                self.send_response(answer.status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.info = {name: value.replace(replay.base, self.base) if isinstance(value, str) else value
                     for name, value in replay.info.items()}

    def changed(self, path, kind, data):
        if path.endswith("data/tablefile") and data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
            kind = "text/csv"
        is_file = path.endswith("data/tablefile") and b";" in data[:200]
        result = self.change(data.decode("utf-8-sig")) if is_file else self.change("")
        if isinstance(result, dict):
            return "application/json", json.dumps(result).encode()
        return (kind, result.encode("utf-8-sig")) if is_file else (kind, data)

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def recorded_tables():
    """Service to the table codes that the server can play as data."""
    index = json.loads((RECORDINGS / "index.json").read_text(encoding="utf-8"))
    tables = {}
    for entry in index["entries"]:
        excerpt = "excerpt" in entry.get("tags", [])
        if entry["endpoint"] == "data/tablefile" and entry.get("layout", "").startswith("ffcsv") and not excerpt:
            tables.setdefault(entry["database"], set()).add(entry["name"])
        if entry["endpoint"] == "data/resultfile":
            tables.setdefault(entry["database"], set()).add(entry["name"].split("_")[0])
    return {service: sorted(codes) for service, codes in tables.items()}


def recording_days():
    index = json.loads((RECORDINGS / "index.json").read_text(encoding="utf-8"))
    return sorted({e["recorded"][:10] for e in index["entries"]
                   if e["endpoint"] in ("data/tablefile", "data/resultfile") and e.get("recorded")})


def write_config(path, replay, tables, brake=False, expected=None):
    """A configuration whose services answer from the replay server. Recordings lie months apart and revise whole tables,
    which the brake would hold. `expected`: (service, table, day) of a calendar."""
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"[brake]\non = {'true' if brake else 'false'}\n\n")
        for service, codes in tables.items():
            out.write(f'[[source]]\nid = "{service}"\nservice = "{service}"\nurl = "{replay.info[service]}"\n')
            out.write("tables = [" + ", ".join(f'"{code}"' for code in codes) + "]\n\n")
            if expected and expected[0] == service:
                out.write(f'[source.expected]\n"{expected[1]}" = "{expected[2]}"\n\n')
    return path


class Program:
    def __init__(self, binary, store):
        self.binary = binary
        self.store = str(store)

    def command(self, *arguments):
        return [self.binary, "--store", self.store, *map(str, arguments)]

    def run(self, *arguments, codes=(0,)):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, env=environment())
        if done.returncode not in codes:
            raise AssertionError(f"{' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def json(self, *arguments, codes=(0,)):
        return json.loads(self.run("--json", *arguments, codes=codes))

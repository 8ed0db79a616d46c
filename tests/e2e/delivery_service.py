"""A running service with an intake, for the tests of deliveries: agreement, keys, and a client that speaks tus."""
import base64
import hashlib
import http.client
import json
import pathlib
import re
import subprocess

AGREEMENT = """origin = "made up for a test"
date = 2026-11-26
title = "Probe"
areas = ["{land}"]
[office]
land = "{land}"
name = "Amt {land}"
[feed]
service = "lsn"
table = "1-2-4"
[policy]
rows = "accept_rest"
embargo = "allowed"
"""
COUNTIES = [("Braunschweig, Stadt", "03101"), ("Salzgitter, Stadt", "03102"), ("Wolfsburg, Stadt", "03103"),
            ("Gifhorn", "03151"), ("Goslar", "03153"), ("Helmstedt", "03154")]


def table(first, years=range(2005, 2025)):
    """Rows of the feed lsn/1-2-4; `first` is the value of the first."""
    lines = ["Year,Gebietseinheit,Land der Staatsangehörigkeit,Units,GeoCode,Value"]
    lines += [f'{year},"{name}",Ukraine,Anzahl,K{key},{first + 10 * i}'
              for i, (year, (name, key)) in enumerate((year, county) for year in years for county in COUNTIES)]
    return ("\n".join(lines) + "\n").encode()


class Service:
    """kreislauf-server on a store of its own, as a context manager."""

    def __init__(self, program, server, folder, *words):
        self.program, self.server, self.folder = program, server, pathlib.Path(folder)
        self.store = self.folder / "store"
        self.words = words
        agreements = self.store / "intake/agreements"
        agreements.mkdir(parents=True, exist_ok=True)
        for name, land in (("probe", "03"), ("fremd", "09")):
            (agreements / f"{name}.toml").write_text(AGREEMENT.format(land=land), encoding="utf-8")
        self.key, self.foreign = self.make_key("office:03"), self.make_key("office:09")
        self.port = "0"

    def make_key(self, scope):
        return subprocess.run([self.program, "--store", str(self.store), "key", "create", "--scope", scope, "--expires",
                               "2099-12-31", "--purpose", "Test"], check=True, capture_output=True, text=True).stdout.strip()

    def __enter__(self):
        self.errors = open(self.folder / "errors", "a+", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.server, "--store", str(self.store), "--listen", f"127.0.0.1:{self.port}", "--log", "none", *self.words],
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:(\d+))\n", line)
        assert found, f"first line: {line!r}; {(self.folder / 'errors').read_text()}"
        self.url, self.port = found.groups()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(60) == 0
        self.process.stdout.close()
        self.errors.close()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def ask(self, method, path, key=None, body=None, **headers):
        """(status, header fields, bytes)."""
        link = http.client.HTTPConnection("127.0.0.1", int(self.port), timeout=60)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            fields["X-API-Key"] = key
        link.request(method, path, body=body, headers=fields)
        reply = link.getresponse()
        answer = reply.status, reply.headers, reply.read()
        link.close()
        return answer

    def begin(self, content, **wish):
        """Path of a new upload."""
        wish = {"filename": "z.csv", "agreement": "probe", **wish}
        metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in wish.items())
        status, fields, body = self.ask("POST", "/api/v1/uploads", self.key, Tus_Resumable="1.0.0",
                                        Upload_Length=str(len(content)), Upload_Metadata=metadata)
        assert status == 201, (status, body)
        return "/api/v1/uploads/" + fields["Location"].rsplit("/", 1)[1]

    def offset(self, path):
        status, fields, body = self.ask("HEAD", path, self.key, Tus_Resumable="1.0.0")
        assert status == 200, (status, body)
        assert fields["Cache-Control"] == "no-store"
        return int(fields["Upload-Offset"])

    def patch(self, path, offset, piece):
        checksum = "sha256 " + base64.b64encode(hashlib.sha256(piece).digest()).decode()
        return self.ask("PATCH", path, self.key, piece, Tus_Resumable="1.0.0", Upload_Offset=str(offset),
                        Content_Type="application/offset+octet-stream", Upload_Checksum=checksum)

    def delivery(self, number):
        status, _, body = self.ask("GET", number, self.key)
        assert status == 200, (status, body)
        return json.loads(body)

    def deliver(self, file, *words, url=None, environment=None):
        return subprocess.run(
            [self.program, "deliver", str(file), "--agreement", "probe", "--url", url or self.url, *words],
            capture_output=True, text=True, env={"KREISLAUF_KEY": self.key} if environment is None else environment)

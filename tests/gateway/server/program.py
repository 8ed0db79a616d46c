#!/usr/bin/env python3
"""The program kreislauf-server as an operator meets it.

Usage   program.py SERVER KREISLAUF CASE    runs one case in a directory of its own
        program.py --list                   names of the cases, for CMake
"""
import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

SERVER = KREISLAUF = ""


class Service:
    """A server that runs on a free port."""

    def __init__(self, folder, *words, program=None):
        self.errors = open(folder / "errors", "w+", encoding="utf-8")
        command = [*(program or [SERVER]), "--store", str(folder / "store"), "--listen", "127.0.0.1:0", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)
        assert found, f"first line: {line!r}"
        self.port = int(found.group(1))

    def ask(self, path, method="GET", **fields):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        link.request(method, path, headers=fields)
        reply = link.getresponse()
        return reply.status, reply.read().decode()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(20)
        self.errors.seek(0)
        return code, self.errors.read()


def AnswersUntilItIsTerminated(folder):
    for how in (signal.SIGTERM, signal.SIGINT):
        service = Service(folder, "--log", "none")
        assert service.ask("/healthz") == (200, "ok\n")
        assert service.ask("/nothing")[0] == 404
        assert service.end(how)[0] == 0


def IsStartedByTheCommandLine(folder):
    service = Service(folder, "--log", "none", program=[KREISLAUF, "serve"])
    assert service.ask("/healthz")[0] == 200
    assert "kreislauf-server" in os.readlink(f"/proc/{service.process.pid}/exe")
    assert service.end()[0] == 0


def LogsRequestsWithoutSecretsAndReopensItsLog(folder):
    log = folder / "access.log"
    service = Service(folder, "--log", str(log))
    service.ask("/api/v1/datasets?key=geheim", Authorization="Bearer geheim")
    deadline = time.time() + 10
    while not (log.exists() and log.read_text()) and time.time() < deadline:
        time.sleep(0.05)
    log.rename(folder / "old.log")
    service.process.send_signal(signal.SIGHUP)
    while not log.exists() and time.time() < deadline:
        service.ask("/healthz")
        time.sleep(0.1)
    code, errors = service.end()
    assert code == 0
    first, later = (folder / "old.log").read_text(), log.read_text()
    assert "GET /api/v1/datasets?key=***" in first, first
    assert "geheim" not in first + later + errors
    assert later.count("\n") >= 1 and (first + later).count("/healthz") >= 1


def MeasuresItself(folder):
    service = Service(folder, "--log", "none")
    service.ask("/api/v1/datasets")
    status, text = service.ask("/metrics")
    assert status == 200
    assert re.search(r'kreislauf_http_requests_total\{route="/api/v1",status="\d+"\} 1\n', text), text
    for line in text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+', line), line
    assert service.end()[0] == 0


def WarnsWhereStrangersCanReadAlong(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Service(folder, "--log", "none", "--listen", f"0.0.0.0:{port}")
    assert service.ask("/healthz")[0] == 200
    code, errors = service.end()
    assert code == 0 and f"warning: 0.0.0.0:{port} can be reached from other machines, without TLS" in errors, errors
    _, quiet = Service(folder, "--log", "none").end()
    assert "warning" not in quiet, quiet


def NamesWordsThatAreOff(folder):
    for words, said in ((["--listen", "nowhere"], "'nowhere'"), (["--tls-cert", "a.pem"], "--tls-key"),
                        (["--workers", "0"], "--workers"), (["--port", "80"], "--port"),
                        (["--tls-cert", "no.pem", "--tls-key", "no.key", "--listen", "127.0.0.1:0"], "no.pem")):
        done = subprocess.run([SERVER, *words], capture_output=True, text=True, timeout=20, cwd=folder, check=False)
        assert done.returncode == 2, (words, done)
        assert said in done.stderr and done.stderr.startswith("kreislauf: ") and done.stdout == "", (words, done)


def NamesAnAddressThatIsTaken(folder):
    service = Service(folder, "--log", "none")
    done = subprocess.run([SERVER, "--listen", f"127.0.0.1:{service.port}"], capture_output=True, text=True, timeout=20,
                          check=False)
    assert done.returncode == 1 and f"127.0.0.1:{service.port}" in done.stderr and "in use" in done.stderr, done
    assert service.end()[0] == 0


def TakesFromItsConfigurationWhatTheLineDoesNotSay(folder):
    config = folder / "kreislauf.toml"
    config.write_text('[serve]\nlisten = ["127.0.0.1:0"]\nlog = "access.log"\ncache_mib = 1\n[serve.limits]\n'
                      'connections = 10\nbody_kib = 2\n', encoding="utf-8")
    words = [KREISLAUF, "serve", "--config", str(config), "--store", str(folder / "store")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd="/")
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("POST", "/nothing", body=b"x" * 3000)
    assert link.getresponse().status == 413, "the limit of the file counts"
    process.terminate()
    assert process.wait(20) == 0
    assert "POST /nothing" in (folder / "access.log").read_text(), "the log is beside the file"
    service = Service(folder, f"--config={config}", "--log", "none", program=[KREISLAUF, "serve"])
    assert service.ask("/healthz") == (200, "ok\n")
    assert service.end()[0] == 0
    assert "healthz" not in (folder / "access.log").read_text(), "the line wins"


def NamesLineAndKeyOfAConfigurationThatIsOff(folder):
    config = folder / "kreislauf.toml"
    for text, said in (("[serve]\nport = 80\n", ":2:8: unknown key 'port'"),
                       ("[serve]\nlisten = [\"nowhere\"]\n", ":2:10: 'listen': 'nowhere' is no ADDRESS:PORT"),
                       ("[serve]\nworkers = 0\n", ":2:11: 'workers' must be a whole number from 1 to 1024"),
                       ("[serve]\npublic_url = \"ftp://x\"\n", ":2:14: 'public_url' must begin with http"),
                       ("[serve.tls]\ncertificate = \"a.pem\"\n", "'key' is missing"),
                       ("[serve.tls]\ncertificate = \"a\"\nkey = \"b\"\nclient_required = true\n",
                        ":4:19: 'client_required' needs 'client_ca'"),
                       ("[serve.limits]\nbody_kib = \"1\"\n", ":2:12: 'body_kib' must be a whole number"),
                       ("serve = 1\n", ":1:9: write the section of the server as [serve]"),
                       ('[[source]]\nid = "a"\nservice = "genesis"\ntables = ["1"]\n', "no [serve]")):
        config.write_text(text, encoding="utf-8")
        done = subprocess.run([KREISLAUF, "serve", "--config", str(config)], capture_output=True, text=True, timeout=20,
                              check=False)
        assert done.returncode == 2 and said in done.stderr and str(config) in done.stderr, (text, done)
    done = subprocess.run([KREISLAUF, "serve", "--config", str(folder / "none.toml")], capture_output=True, text=True,
                          timeout=20, check=False)
    assert done.returncode == 1 and "none.toml" in done.stderr, done
    config.write_text("[serve]\n", encoding="utf-8")
    done = subprocess.run([KREISLAUF, "sync", "--config", str(config), "--store", str(folder / "s")],
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2 and "no [[source]]" in done.stderr, done


def ShowsExamplesWhenAskedForHelp(folder):
    for program in ([SERVER], [KREISLAUF, "serve"]):
        done = subprocess.run([*program, "--help"], capture_output=True, text=True, timeout=20, cwd=folder, check=True)
        assert "kreislauf serve --store bestand --listen 127.0.0.1:9000" in done.stdout


CASES = [name for name, what in list(globals().items())
         if callable(what) and name[0].isupper() and name not in ("Service",)]

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(CASES), end="")
    else:
        SERVER, KREISLAUF, case = sys.argv[1:]
        with tempfile.TemporaryDirectory() as name:
            globals()[case](pathlib.Path(name))

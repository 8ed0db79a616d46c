#!/usr/bin/env python3
"""A receiver of webhooks, through kills of the gateway: nothing is lost, nothing told twice under two ids.

Usage   webhook_kills.py PROGRAM CHECK    PROGRAM is kreislauf; kreislauf-server is found as it finds it
        webhook_kills.py --list           names of the checks, for CMake
"""
import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from mirror_kills import Gateway  # noqa: E402

ROUNDS = 24


class Receiver(http.server.BaseHTTPRequestHandler):
    """Verifies each message as Standard Webhooks says, without a library, and keeps it."""
    secret, messages, dice = None, [], random.Random(7)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        want = base64.b64encode(hmac.new(base64.b64decode(self.secret[6:]), signed, hashlib.sha256).digest()).decode()
        assert f"v1,{want}" in self.headers["webhook-signature"].split(), "not from the gateway"
        data = json.loads(body)
        answer = b""
        if data["type"] == "kreislauf.consent":
            answer = data["data"]["challenge"].encode()
        else:
            self.messages.append((self.headers["webhook-id"], body))
            time.sleep(self.dice.choice((0, 0, 0.02, 0.1)))
        try:
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:
            pass  # the gateway was killed

    def log_message(self, *_):
        pass


def call(gateway, *words):
    return subprocess.run([gateway.program, "--store", "store", "--json", *words], cwd=gateway.folder,
                          env=gateway.environment, check=True, capture_output=True, text=True).stdout


def told():
    """Texts in the order of their messages, each message once; a repeat has the same bytes."""
    bodies = {}
    for name, body in list(Receiver.messages):
        assert bodies.setdefault(name, body) == body, "another body under the same id"
    return [event["note"] for body in bodies.values() for event in json.loads(body)["data"]["events"]]


def check_hears_of_every_change_once_through_kills(program, folder):
    gateway = Gateway(program, folder)
    gateway.sync()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = gateway.folder / "store/subscriptions"
    settings.mkdir()
    (settings / "subscriptions.toml").write_text('[webhook]\nallow = ["127.0.0.0/8"]\nplain_http = true\n', "utf-8")
    key = json.loads(call(gateway, "key", "create", "--scope", "county:03153", "--purpose", "test", "--expires",
                          "2099-12-31"))["key"]
    gateway.start()
    wish = json.dumps({"way": "webhook", "address": f"http://127.0.0.1:{server.server_port}/"}).encode()
    request = urllib.request.Request(f"{gateway.url}/api/v1/subscriptions", wish, {"X-API-Key": key})
    with urllib.request.urlopen(request, timeout=30) as answer:
        Receiver.secret = json.load(answer)["secret"]
    dice = random.Random(11)
    texts = [f"Hinweis {number}" for number in range(ROUNDS)]
    for number, text in enumerate(texts):
        call(gateway, "changes", "announce", "--text", text)
        if number % 2:
            time.sleep(dice.random() * 0.4)
            gateway.kill()
            gateway.start()
    until = time.monotonic() + 60
    while told() != texts and time.monotonic() < until:
        time.sleep(0.1)
    gateway.kill()
    assert told() == texts, (told(), len(Receiver.messages))


def check_is_told_by_the_command_line_where_no_server_runs(program, folder):
    gateway = Gateway(program, folder)
    gateway.sync()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def subscribe(*words, code=0):
        done = subprocess.run([gateway.program, "--store", "store", "--json", "subscribe", *words], cwd=gateway.folder,
                              env=gateway.environment, capture_output=True, text=True)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    address = f"http://127.0.0.1:{server.server_port}/"
    refused = subscribe("add", "--way", "webhook", "--address", address, code=2)
    assert "https://" in refused["error"]["text"], refused
    (gateway.folder / "store/subscriptions/subscriptions.toml").write_text(
        '[webhook]\nallow = ["127.0.0.0/8"]\nplain_http = true\n', "utf-8")
    made = subscribe("add", "--way", "webhook", "--address", address, "--area", "03153", "--kind", "comment")
    Receiver.secret = made["secret"]
    assert made["state"] == "unconfirmed" and "secret" not in subscribe("show", made["id"])
    call(gateway, "changes", "announce", "--text", "Hinweis")
    report = subscribe("run", "--once")
    assert (int(report["asked"]), int(report["delivered"]), int(report["waiting"])) == (1, 1, 0), report
    assert told() == ["Hinweis"], told()
    assert subscribe("pause", made["id"], "--reason", "Urlaub")["why"] == "Urlaub"
    call(gateway, "changes", "announce", "--text", "unterdessen")
    subscribe("run", "--once")
    assert told() == ["Hinweis"]
    subscribe("resume", made["id"])
    subscribe("change", made["id"], "--kind", "all", "--title", "Alles")
    server.shutdown()
    server.server_close()  # nobody is there: it is tried again, and that is no success
    report = subscribe("run", "--once", code=3)
    assert int(report["again"]) == 1, report
    assert subscribe("show", made["id"])["position"]["trouble"]
    proof = subscribe("verify", made["id"])
    assert subscribe("verify", made["id"], "--sha256", proof["sha256"])["equal"] is True
    assert subscribe("verify", made["id"], "--sha256", "0" * 64, code=4)["equal"] is False
    assert subscribe("verify", made["id"], "--sha256", "abc", code=2)["error"]["code"] == "invalid_argument"
    assert subscribe("failures", made["id"]) == []
    assert subscribe("replay", made["id"], "7", code=1)["error"]["code"] == "not_found"
    assert subscribe("end", made["id"])["state"] == "ended"
    assert subscribe("list") == [] and len(subscribe("list", "--all")) == 1
    assert subscribe("resume", made["id"], code=1)["error"]["code"] == "conflict"


def check_begins_when_a_store_is_made_beside_a_running_server(program, folder):
    gateway = Gateway(program, folder)
    gateway.start()

    def status(path, key=""):
        request = urllib.request.Request(gateway.url + path, headers={"X-API-Key": key} if key else {})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    assert status("/abonnement") == 503
    assert not (gateway.folder / "store/subscriptions").exists(), "nothing is made where there is no store"
    gateway.sync()
    until = time.monotonic() + 30
    while status("/abonnement") == 503 and time.monotonic() < until:
        time.sleep(0.1)
    assert status("/abonnement") == 200
    key = json.loads(call(gateway, "key", "create", "--scope", "county:03153", "--purpose", "test", "--expires",
                          "2099-12-31"))["key"]
    until = time.monotonic() + 30  # a new key counts within a moment
    while status("/api/v1/subscriptions", key) != 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert status("/api/v1/subscriptions", key) == 200
    # It dispatches, too: the command line finds the place taken.
    done = subprocess.run([gateway.program, "--store", "store", "subscribe", "run", "--once"], cwd=gateway.folder,
                          env=gateway.environment, capture_output=True, text=True)
    gateway.kill()
    assert done.returncode == 1 and "conflict" in done.stderr, (done.returncode, done.stderr)


CHECKS = {name[len("check_"):]: check for name, check in globals().items() if name.startswith("check_")}


def main():
    if sys.argv[1:] == ["--list"]:
        print(";".join(CHECKS), end="")
        return 0
    program, name = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="kreislauf-webhook-") as folder:
        CHECKS[name](str(pathlib.Path(program).resolve()), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

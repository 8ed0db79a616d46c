#!/usr/bin/env python3
"""Fifty clients ask every address ten times a second while a delivery waits for its minute.

None of them may see anything of it before the minute, in status, header fields, entity tags or bodies; two seconds
behind it all of them see it.

Usage   embargo_probe.py PROGRAM SERVER
"""
import datetime
import http.client
import json
import multiprocessing
import pathlib
import sys
import tempfile
import threading
import time
import zoneinfo

from delivery_service import Service, table

CLIENTS, PROCESSES = 50, 5
BEFORE = "D-2026-000001"
#: What changes with a release.
READ = ["/api/v1/datasets", "/api/v1/datasets/lsn-1-2-4", "/api/v1/series?area=03101", "/api/v1/series?dataset=lsn-1-2-4",
        "/api/v1/series?area=03101&format=csv", "/api/v1/series?area=03101&format=csv-de",
        "/api/v1/series?area=03101&format=jsonstat", "/api/v1/availability?area=03101", "/catalog",
        "/sdmx/v1/data/{flow}?format=csv", "/sdmx/v2/data/dataflow/*/{flow}?format=csv", "/sdmx/v1/dataflow",
        "/sdmx/v2/structure/dataflow"]
#: What does not.
STILL = ["/api/v1/areas?search=Goslar", "/api/v1/areas/03153", "/api/v1/areas/03/children", "/api/v1/areas/03153/history",
         "/api/v1/indicators", "/api/v1/explain?figure=nothing", "/api/v1/openapi.json", "/", "/lieferung", "/lieferung.js",
         "/api/v1/series?area=03153&dataset=lsn-9-9-9", "/api/v1/deliveries", "/api/v1/deliveries/{waiting}",
         "/api/v1/deliveries/{waiting}/report", "/api/v1/deliveries/D-2026-009999", "/api/v1/receipt-key",
         "/readyz", "/healthz", "/nothing"]
#: Of this moment in every answer.
PASSING = {"date", "x-request-id", "server-timing", "age"}


class Probe:
    """One client with a connection of its own."""

    def __init__(self, port, key, is_packed):
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.fields = {"X-Request-Id": "probe"}
        if key:
            self.fields["X-API-Key"] = key
        if is_packed:
            self.fields["Accept-Encoding"] = "gzip"

    def ask(self, target, method="GET"):
        """What a reader can tell from an answer."""
        self.link.request(method, target, headers=self.fields)
        reply = self.link.getresponse()
        body = reply.read()
        return reply.status, tuple(sorted((name.lower(), value) for name, value in reply.getheaders()
                                          if name.lower() not in PASSING)), body


def kind_of(number, foreign):
    """(key, packed, method) of a client: anonymous, with the key of another office; GET and HEAD."""
    return foreign if number % 5 == 0 else None, number % 3 == 0, "HEAD" if number % 7 == 0 else "GET"


def watch(port, numbers, foreign, targets, expected, minute, until, found):
    lock = threading.Lock()
    early, seen, late = [], {}, set()

    def client(number):
        key, is_packed, method = kind_of(number, foreign)
        probe = Probe(port, key, is_packed)
        turn = number
        while time.time() < until:
            target = targets[turn % len(targets)]
            turn += 1
            begin = time.time()
            answer = probe.ask(target, method)
            end = time.time()
            changed = answer != expected[target, key, is_packed, method]
            with lock:
                if changed and end < minute:
                    early.append((target, minute - end, str(answer)[:600]))
                if changed:
                    seen[target] = min(seen.get(target, end), end)
                elif begin > minute + 2:
                    late.add(target)
            time.sleep(max(0, 0.1 - (time.time() - begin)))

    threads = [threading.Thread(target=client, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.put((early, seen, late))


def release(service, content, name, *words):
    file = service.folder / name
    file.write_bytes(content)
    done = service.deliver(file, "--release", *words)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)


def main():
    program, server = sys.argv[1:]
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    with tempfile.TemporaryDirectory() as folder, Service(program, server, pathlib.Path(folder)) as service:
        release(service, table(100), "first.csv")
        one = f"/api/v1/deliveries/{BEFORE}"
        while service.delivery(one)["stage"] != "released":
            time.sleep(0.1)
        datasets = json.loads(service.ask("GET", "/api/v1/datasets")[2])["datasets"]
        flow = datasets[0]["id"]
        waiting = BEFORE[:-1] + "2"
        fill = lambda target: target.format(flow=flow, waiting=waiting).replace("lsn-1-2-4", flow)
        read, still = [fill(target) for target in READ], [fill(target) for target in STILL]
        targets = read + still
        kinds = {kind_of(number, service.foreign) for number in range(CLIENTS)}
        expected = {}
        for key, is_packed, method in kinds:
            probe = Probe(int(service.port), key, is_packed)
            for target in targets:
                expected[target, key, is_packed, method] = probe.ask(target, method)
                assert expected[target, key, is_packed, method] == probe.ask(target, method), f"{target} is not steady"
        for target in read:
            assert expected[target, None, False, "GET"][0] == 200, (target, expected[target, None, False, "GET"])
        minute = (int(time.time()) + 25) // 60 * 60 + 60
        words = datetime.datetime.fromtimestamp(minute, zone).strftime("%Y-%m-%d %H:%M")
        found = multiprocessing.Queue()
        share = CLIENTS // PROCESSES
        watchers = [multiprocessing.Process(
            target=watch, args=(int(service.port), range(i * share, (i + 1) * share), service.foreign, targets, expected,
                                minute, minute + 12, found)) for i in range(PROCESSES)]
        for watcher in watchers:
            watcher.start()
        time.sleep(2)
        release(service, table(100, range(2005, 2026)).replace(b",100\n", b",101\n", 1), "second.csv", "--embargo", words)
        state = service.delivery(f"/api/v1/deliveries/{waiting}")
        assert time.time() < minute, "the machine is too slow for this test: the minute came before the check was done"
        assert state["stage"] == "checked" and state["release_wanted"], state
        early, seen, late = [], {}, set()
        for _ in watchers:
            some_early, some_seen, some_late = found.get()
            early += some_early
            late |= some_late
            for target, at in some_seen.items():
                seen[target] = min(seen.get(target, at), at)
        for watcher in watchers:
            watcher.join()
        assert not early, f"seen before its minute: {early[:3]}"
        for target in read:
            assert target in seen, f"never changed: {target}"
            assert target not in late, f"two seconds behind the minute still old: {target}"
        changed = [target for target in still if target in seen]
        assert not changed, f"changed without reason: {changed}"
        first, last = (round(choose(seen[target] for target in read) - minute, 2) for choose in (min, max))
        print(f"{CLIENTS} clients, {len(targets)} addresses: nothing early; seen {first} to {last} s behind the minute")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Deliveries over sockets: uploads that are cut, the client, the watched folder, the embargo.

Usage   deliveries.py PROGRAM SERVER CASE    runs one case in a directory of its own
        deliveries.py --list                 names of the cases, for CMake
"""
import hashlib
import json
import os
import pathlib
import random
import socket
import sys
import tempfile
import time

from delivery_service import Service, table


def wait_for(what, seconds=60):
    until = time.time() + seconds
    while time.time() < until:
        result = what()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


def UploadEqualsItsSourceAfterHundredCuts(make):
    chance = random.Random(18)
    content = chance.randbytes(3_000_000)
    with make() as service:
        path = service.begin(content)
        sent = cuts = 0
        most = 400_000
        while (offset := service.offset(path)) < len(content):
            piece = content[offset:offset + most]
            if cuts < 100:
                some = piece[:chance.randrange(len(piece) + 1)] if cuts % 20 == 0 else piece[:chance.randrange(20_000)]
                with socket.create_connection(("127.0.0.1", int(service.port))) as link:
                    link.sendall((f"PATCH {path} HTTP/1.1\r\nHost: h\r\nX-API-Key: {service.key}\r\nTus-Resumable: 1.0.0\r\n"
                                  f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n"
                                  f"Content-Length: {len(piece)}\r\n\r\n").encode() + some)
                    if chance.random() < 0.5:
                        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
                sent += len(some)
                cuts += 1
                continue
            status, fields, body = service.patch(path, offset, piece)
            assert status == 204 or b"not" in body or status == 400, (status, body)
            sent += len(piece)
        assert sent <= len(content) + cuts * most
        status, fields, _ = service.ask("HEAD", path, service.key, Tus_Resumable="1.0.0")
        number = fields["Kreislauf-Delivery"]
        assert service.delivery(f"/api/v1/deliveries/{number}")["sha256"] == hashlib.sha256(content).hexdigest()


def UploadSurvivesAServerThatIsKilled(make):
    chance = random.Random(6)
    content = table(100)
    service = make()
    path = None
    for turn in range(12):
        with_kill = turn < 11
        service.__enter__()
        path = path or service.begin(content, sha256=hashlib.sha256(content).hexdigest())
        known = service.offset(path)
        if with_kill:
            piece = content[known:known + chance.randrange(1, 700)]
            status, fields, body = service.patch(path, known, piece)
            assert status == 204, (status, body)
            service.kill()
            continue
        assert known > 0
        status, fields, body = service.patch(path, known, content[known:])
        number = fields["Kreislauf-Delivery"]
        service.kill()  # acknowledged is durable
    with service:
        delivery = service.delivery(f"/api/v1/deliveries/{number}")
        assert delivery["sha256"] == hashlib.sha256(content).hexdigest()
        listed = json.loads(service.ask("GET", "/api/v1/deliveries", service.key)[2])["deliveries"]
        assert [one["id"] for one in listed] == [number]


def ClientDeliversWaitsAndReleases(make):
    with make() as service:
        file = service.folder / "z.csv"
        file.write_bytes(table(100))
        tried = service.deliver(file, "--dry-run")
        assert tried.returncode == 0, tried.stderr
        assert json.loads(service.ask("GET", "/api/v1/deliveries", service.key)[2])["deliveries"] == []
        done = service.deliver(file, "--release", "--piece", "2", "--comment", "Nachmeldung")
        assert done.returncode == 0, done.stderr
        assert "D-" in done.stderr and "100 %" in done.stderr, done.stderr
        wait_for(lambda: json.loads(service.ask("GET", "/api/v1/datasets")[2])["datasets"])
        again = service.deliver(file)
        assert again.returncode == 0 and "D-" in again.stderr, again.stderr
        listed = json.loads(service.ask("GET", "/api/v1/deliveries", service.key)[2])["deliveries"]
        assert len(listed) == 1 and listed[0]["stage"] == "released", listed


def ClientSaysWithItsExitCodeHowItWent(make):
    with make() as service:
        file = service.folder / "z.csv"
        file.write_bytes(table(100).replace(b"K03103,", b"K99999,", 1))
        found = service.deliver(file)
        assert found.returncode == 1, (found.returncode, found.stderr)
        assert "99999" in found.stdout, found.stdout
        as_json = service.deliver(file, "--json")
        assert json.loads(as_json.stdout)["verdict"] != "sound"
        for words in (["--embargo", "bald"], ["--dry-run", "--release"], ["--piece", "0"]):
            refused = service.deliver(file, *words)
            assert refused.returncode == 2, (words, refused.returncode, refused.stderr)
        keyless = service.deliver(file, environment={})
        assert keyless.returncode == 2 and "KREISLAUF_KEY" in keyless.stderr
        foreign = service.deliver(file, environment={"KREISLAUF_KEY": service.foreign})
        assert foreign.returncode == 2 and "403" in foreign.stderr, foreign.stderr
        gone = service.deliver(file, "--tries", "1", url="http://127.0.0.1:9")
        assert gone.returncode == 3, gone.stderr
        for answer in (found, foreign, gone):
            assert service.key not in answer.stdout + answer.stderr


def WatchedFolderTakesFilesThatAreComplete(make):
    service = make("--intake-folder", "eingang")
    inbox = service.folder / "eingang/probe"
    os.chdir(service.folder)
    service.__enter__()
    wait_for((inbox / "busy").is_dir)
    growing = open(inbox / "waechst.csv", "wb")
    growing.write(table(100)[:100])
    growing.flush()
    (inbox / "fremd.csv.part").write_bytes(b"x")
    whole = service.folder / "z.csv"
    whole.write_bytes(table(200))
    whole.rename(inbox / "z.csv")
    (inbox / "kaputt.csv").write_bytes(b"\0\1\2 kein CSV")
    done = wait_for(lambda: list(inbox.glob("done/D-*_z.csv")))
    assert done[0].read_bytes() == table(200)
    assert "probe" in (done[0].parent / (done[0].name + ".bericht.txt")).read_text()
    failed = wait_for(lambda: list(inbox.glob("failed/*kaputt.csv")))
    assert (failed[0].parent / (failed[0].name + ".bericht.txt")).read_text()
    assert (inbox / "waechst.csv").exists() and (inbox / "fremd.csv.part").exists()
    growing.write(table(100)[100:])
    growing.close()
    wait_for(lambda: list(inbox.glob("busy/waechst.csv")) or list(inbox.glob("done/*waechst.csv")))
    service.kill()
    # Killed while it lies in busy/ or just behind: nothing is lost, nothing is there twice.
    with service:
        wait_for(lambda: list(inbox.glob("done/D-*_waechst.csv")))
        listed = json.loads(service.ask("GET", "/api/v1/deliveries", service.key)[2])["deliveries"]
        assert sorted(one["file"] for one in listed if one["stage"] != "refused") == ["waechst.csv", "z.csv"], listed


CASES = [UploadEqualsItsSourceAfterHundredCuts, UploadSurvivesAServerThatIsKilled, ClientDeliversWaitsAndReleases,
         ClientSaysWithItsExitCodeHowItWent, WatchedFolderTakesFilesThatAreComplete]


def main():
    if sys.argv[1:] == ["--list"]:
        print(";".join(case.__name__ for case in CASES), end="")
        return
    program, server, name = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        next(case for case in CASES if case.__name__ == name)(
            lambda *words: Service(program, server, pathlib.Path(folder), *words))
        os.chdir("/")


if __name__ == "__main__":
    main()

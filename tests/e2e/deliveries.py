#!/usr/bin/env python3
"""Deliveries over sockets: uploads that are cut, the client, the watched folder, the embargo.

Usage   deliveries.py PROGRAM SERVER CASE    runs one case in a directory of its own
        deliveries.py --list                 names of the cases, for CMake
"""
import datetime
import hashlib
import io
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
import zoneinfo

from delivery_service import AGREEMENT, Service, table


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


def FolderOfTheConfigurationIsWatchedByServerAndWork(make):
    service = make()
    folder = service.folder
    config = folder / "kreislauf.toml"
    config.write_text('[serve]\nlisten = ["127.0.0.1:0"]\nlog = "none"\n\n[intake]\nfolder = "eingang"\n', encoding="utf-8")
    inbox = folder / "eingang/probe"
    work = [service.program, "--store", str(service.store), "delivery", "work", "--config", str(config)]
    subprocess.run(work, check=True, capture_output=True, timeout=120)
    (inbox / "eins.csv").write_bytes(table(100))
    subprocess.run(work, check=True, capture_output=True, timeout=120)
    assert list(inbox.glob("done/D-*_eins.csv")), list(inbox.rglob("*"))
    server = subprocess.Popen([service.program, "--store", str(service.store), "serve", "--config", str(config)],
                              stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout.readline().startswith("listening on "), "the program serves with its configuration"
        (inbox / "zwei.csv").write_bytes(table(200))
        wait_for(lambda: list(inbox.glob("done/D-*_zwei.csv")))
    finally:
        server.terminate()
        server.wait(60)
    for text, words in (('[intake]\nfolder = ""\n', ":2:10: 'folder' must not be empty"), ("[intake]\n", "'folder'"),
                        ('[intake]\nfolder = "e"\nfolders = 1\n', ":3:1"), ("intake = 3\n", "[intake]"),
                        ('[intake]\nfolder = "kreislauf.toml"\n', "is a file; expected a folder")):
        config.write_text(text, encoding="utf-8")
        done = subprocess.run(work, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and words in done.stderr and "kreislauf.toml:" in done.stderr, (text, done)


def AgreementsCountWithoutARestart(make):
    with make() as service:
        agreements = service.store / "intake/agreements"
        late = AGREEMENT.format(land="03").replace('title = "Probe"', 'title = "Später"')
        (agreements / "spaeter.toml").write_text(late, encoding="utf-8")
        time.sleep(1.5)
        file = service.folder / "z.csv"
        file.write_bytes(table(100))
        send = lambda: subprocess.run([service.program, "deliver", str(file), "--agreement", "spaeter", "--url", service.url],
                                      capture_output=True, text=True, env={"KREISLAUF_KEY": service.key}, timeout=120)
        done = send()
        assert done.returncode == 0 and "Später" in done.stdout, done
        (agreements / "spaeter.toml").write_text(late.replace("accept_rest", "vielleicht"), encoding="utf-8")
        time.sleep(1.5)
        file.write_bytes(table(200))
        done = send()
        assert done.returncode == 0, "the old one stays in force"
        said = (service.folder / "errors").read_text(encoding="utf-8")
        assert "spaeter.toml:" in said and "stays as it was" in said, said


def CarelessClerkIsToldWhatIsWrong(make):
    """Each of her mistakes, the exit code, and the words that she reads."""
    with make() as service:
        def send(content, name, *words, agreement="probe", key=None):
            file = service.folder / name
            file.write_bytes(content)
            return subprocess.run([service.program, "deliver", str(file), "--agreement", agreement, "--url", service.url, *words],
                                  capture_output=True, text=True, env={"KREISLAUF_KEY": key or service.key}, timeout=120)

        def packed(*members):
            data = io.BytesIO()
            with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in members:
                    archive.writestr(name, content)
            return data.getvalue()

        sound = table(100)
        bavaria = sound.replace(b"K03", b"K09")
        inner = packed(("z.csv", sound))
        for content, name, words, result in (
                (b"", "leer.csv", {}, "is empty"),
                (sound, "z.csv", {"agreement": "gibt-es-nicht"}, "gibt-es-nicht"),
                (sound, "z.csv", {"agreement": "fremd"}, "403"),
                (sound, "z.csv", {"key": "kein-schluessel"}, "401"),
                (sound, "z.csv", {"key": service.foreign}, "403")):
            done = send(content, name, **words)
            assert done.returncode not in (0, 1) and result in done.stderr, (name, words, done)
        for content, name, found in (
                (bavaria, "bayern.csv", "Gebiet nicht vereinbart|Unbekannte Ausprägung"),
                (inner and packed(("innen.zip", inner)), "zip-in-zip.zip", "ZIP"),
                (packed(("a.csv", sound), ("b.csv", sound)), "zwei.zip", "ZIP"),
                (b"%PDF-1.7\n", "bericht.pdf", "Keine Tabelle|Aufbau weicht ab|Format wird nicht gelesen|Nicht lesbar"),
                (sound[:sound.index(b"\n") + 1], "nur-kopf.csv", "Keine Zeilen|Unvollständig|Aufbau"),
                (sound.replace("Braunschweig, Stadt".encode(), "Köln".encode("cp850")), "dos.csv", "Falscher Zeichensatz"),
                (sound.replace(b"Value", b"Wert"), "spalte.csv", "Aufbau weicht ab")):
            done = send(content, name)
            assert done.returncode not in (0, 2), (name, done)
            assert any(words in done.stdout for words in found.split("|")), (name, done.stdout[:1500])
            assert not re.search(r"Gefunden:.*\b(the|is|are|where|which|cannot)\b(?![^„]*“)", done.stdout), done.stdout[:1500]
        assert send(sound, "z.csv").returncode == 0
        first = json.loads(send(sound, "z.csv", "--json").stdout)
        again = json.loads(send(sound, "anders.csv", "--json").stdout)
        assert first["delivery"] == again["delivery"], "the same bytes are the same delivery"
        shown = json.loads(subprocess.run([service.program, "--store", str(service.store), "--json", "delivery", "show",
                                           first["delivery"]], check=True, capture_output=True, text=True).stdout)
        served = service.delivery(f"/api/v1/deliveries/{first['delivery']}")
        served.pop("links"), shown.pop("links")
        assert shown == served, "one shape, whoever asks"


def TwoClerksAtOnceGetOneDeliveryEach(make):
    with make() as service:
        file, other = service.folder / "z.csv", service.folder / "anders.csv"
        file.write_bytes(table(100))
        other.write_bytes(table(300))
        send = lambda path: subprocess.Popen(
            [service.program, "deliver", str(path), "--agreement", "probe", "--url", service.url, "--release"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"KREISLAUF_KEY": service.key})
        clerks = [send(path) for path in (file, file, other)]
        said = [(clerk.communicate(timeout=120), clerk.returncode) for clerk in clerks]
        listed = json.loads(service.ask("GET", "/api/v1/deliveries", service.key)[2])["deliveries"]
        assert sorted(one["file"] for one in listed) == ["anders.csv", "z.csv"], (listed, said)
        wait_for(lambda: all(one["stage"] in ("released", "held") for one in
                             json.loads(service.ask("GET", "/api/v1/deliveries", service.key)[2])["deliveries"]))
        store = subprocess.run([service.program, "--store", str(service.store), "verify"], capture_output=True, text=True)
        assert store.returncode == 0, store


def TwentyOfOneMinuteAreVisibleWithinTwoSeconds(make):
    offices = [f"amt-{number}" for number in range(20)]
    service = make()
    for name in offices:
        (service.store / f"intake/agreements/{name}.toml").write_text(AGREEMENT.format(land="03"), encoding="utf-8")
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    with service:
        minute = (int(time.time()) + 90) // 60 * 60
        if minute - time.time() < 35:
            minute += 60
        words = datetime.datetime.fromtimestamp(minute, zone).strftime("%Y-%m-%d %H:%M")
        numbers = []
        for number, name in enumerate(offices):
            file = service.folder / f"{name}.csv"
            file.write_bytes(table(1000 * number, range(1900 + 4 * number, 1904 + 4 * number)))
            done = subprocess.run([service.program, "deliver", str(file), "--agreement", name, "--url", service.url, "--release",
                                   "--embargo", words, "--json"], capture_output=True, text=True,
                                  env={"KREISLAUF_KEY": service.key}, timeout=60)
            assert done.returncode == 0, done
            numbers.append(json.loads(done.stdout)["delivery"])
        assert time.time() < minute - 3, "the machine is too slow for this test"

        def visible():
            status, _, body = service.ask("GET", "/api/v1/series?area=03153")
            return len(set(re.findall(r"(?:19[0-9][0-9])-12-31|\"(19[0-9][0-9])\"", body.decode()))) if status == 200 else 0

        seen = 0
        while seen == 0:
            asked = time.time()
            seen = visible()
            assert seen == 0 or time.time() >= minute, "seen before its minute"
            assert asked < minute + 2.5, "not visible within two seconds"
        body = service.ask("GET", "/api/v1/series?area=03153")[2].decode()
        for number in range(len(offices)):
            assert str(1900 + 4 * number) in body, (number, body[:500])
        wait_for(lambda: all(service.delivery(f"/api/v1/deliveries/{one}")["stage"] == "released" for one in numbers))


CASES = [FolderOfTheConfigurationIsWatchedByServerAndWork, AgreementsCountWithoutARestart, CarelessClerkIsToldWhatIsWrong,
         TwoClerksAtOnceGetOneDeliveryEach, TwentyOfOneMinuteAreVisibleWithinTwoSeconds, UploadEqualsItsSourceAfterHundredCuts, UploadSurvivesAServerThatIsKilled, ClientDeliversWaitsAndReleases,
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

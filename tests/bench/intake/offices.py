#!/usr/bin/env python3
"""Twenty offices push 100 MB each at once, through a real server, while readers ask it.

Prints  one "name value unit" per line: when every office had its delivery acknowledged, when each had its report, the
        times of readers before and meanwhile, cpu and memory of the server. Each office has a key, an agreement and a
        Land of its own (some Länder twice); its file is a GENESIS flat file of municipalities by sex and age.
Use     offices.py PROGRAM SERVER [--offices 20] [--megabytes 100] [--folder FOLDER] [--workers N]
        needs room for six times the files; FOLDER (a new one by default) is removed
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

HEAD = ("statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
        "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
        "2_variable_attribute_label;3_variable_code;3_variable_label;3_variable_attribute_code;3_variable_attribute_label;"
        "value;value_unit;value_variable_code;value_variable_label\n")
AGREEMENT = """origin = "made up for a benchmark"
date = 2026-11-26
title = "Probe"
areas = ["{land}"]
[office]
land = "{land}"
name = "Amt {land}"
[feed]
service = "regionalstatistik"
table = "12411-02-03-5"
[policy]
rows = "accept_rest"
embargo = "allowed"
"""
SEXES = [("", "Insgesamt", 2), ("GESM", "männlich", 1), ("GESW", "weiblich", 1)]
AGES = [("", "Insgesamt", 17)] + [(f"ALT{low:03}B{low + 5:02}", f"{low} bis unter {low + 5} Jahre", 1)
                                  for low in range(0, 85, 5)]
READ = ["/api/v1/datasets", "/api/v1/series?area=03153001", "/api/v1/series?area=03101001&format=csv",
        "/api/v1/areas?search=Goslar", "/api/v1/indicators", "/api/v1/areas/03153", "/sdmx/v2/structure/dataflow"]


def counties():
    """Keys of the counties of each Land that are in force."""
    lands = {}
    root = pathlib.Path(__file__).resolve().parents[3]
    for line in (root / "mappings/territory/counties.csv").read_text(encoding="utf-8").splitlines():
        parts = line.split(";")
        if re.fullmatch(r"\d{5}", parts[0]) and len(parts) > 3 and not parts[3]:
            lands.setdefault(parts[0][:2], []).append(parts[0])
    return lands


def write_file(path, keys, years, limit, towns=60):
    """Rows until the file has `limit` bytes; totals are the sums of their parts."""
    size = 0
    with open(path, "w", encoding="utf-8") as out:
        size += out.write(HEAD)
        for year in years:
            for town in range(1, towns + 1):
                for key in keys:
                    base = 20 + (int(key) * 7 + town * 13) % 900
                    lines = []
                    for sex, sex_name, parts in SEXES:
                        for age, age_name, groups in AGES:
                            lines.append(
                                f"12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;{year}-12-31;GEMEIN;Gemeinden;"
                                f"{key}{town:03};Ort {town};GES;Geschlecht;{sex};{sex_name};ALTX20;"
                                f"Altersgruppen (unter 3 bis 75 u. m.);{age};{age_name};{base * parts * groups};Anzahl;"
                                f"BEVSTD;Bevölkerungsstand\n")
                    text = "".join(lines)
                    size += len(text.encode())
                    out.write(text)
                    if size >= limit:
                        return


class Readers:
    """Threads that ask one address after the other, twenty times a second each."""

    def __init__(self, port, count):
        self.port, self.times, self.bad, self.ends = port, [], [], False
        self.threads = [threading.Thread(target=self.read, args=(number,)) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def read(self, number):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        turn = number
        while not self.ends:
            target = READ[turn % len(READ)]
            turn += 1
            begin = time.perf_counter()
            link.request("GET", target)
            reply = link.getresponse()
            reply.read()
            took = time.perf_counter() - begin
            self.times.append(took)
            if reply.status != 200:
                self.bad.append((target, reply.status))
            time.sleep(max(0, 0.05 - took))

    def stop(self, name):
        self.ends = True
        for thread in self.threads:
            thread.join()
        assert not self.bad, self.bad[:3]
        self.times.sort()
        for share in (50, 99):
            print(f"offices_readers_{name}_p{share} {self.times[len(self.times) * share // 100] * 1000:.1f} ms")
        print(f"offices_readers_{name}_most {self.times[-1] * 1000:.1f} ms")
        print(f"offices_readers_{name}_asked {len(self.times)} requests")


def cpu_of(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process, name):
    return int(re.search(rf"{name}:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text()).group(1)) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("server")
    parser.add_argument("--offices", type=int, default=20)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--folder")
    words = parser.parse_args()
    folder = pathlib.Path(words.folder or tempfile.mkdtemp())
    store = folder / "store"
    agreements = store / "intake/agreements"
    agreements.mkdir(parents=True, exist_ok=True)
    lands = counties()
    names = sorted(lands)
    offices = []
    for number in range(words.offices):
        land = names[number % len(names)]
        years = range(1995, 2025) if number < len(names) else range(1960, 1990)
        path = folder / f"office-{number}_12411-02-03-5_de_flat.csv"
        write_file(path, lands[land], years, words.megabytes * 1_000_000, max(60, 4000 // len(lands[land])))
        (agreements / f"office-{number}.toml").write_text(AGREEMENT.format(land=land), encoding="utf-8")
        key = subprocess.run([words.program, "--store", store, "key", "create", "--scope", f"office:{land}", "--expires",
                              "2099-12-31", "--purpose", "Probe"], check=True, capture_output=True, text=True).stdout.strip()
        offices.append((f"office-{number}", path, key))
    first = folder / "12411-02-03-5_1_de_flat.csv"
    write_file(first, ["03153", "03101"], range(1990, 1995), 3_000_000)
    subprocess.run([words.program, "--store", store, "import", first], check=True, capture_output=True)
    print(f"offices_load_before {os.getloadavg()[0]:.1f} load")
    server = subprocess.Popen([words.server, "--store", store, "--listen", "127.0.0.1:0", "--log", "none"]
                              + (["--workers", str(words.workers)] if words.workers else []), stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1]
        port = int(url.rsplit(":", 1)[1])
        alone = Readers(port, words.readers)
        time.sleep(5)
        alone.stop("alone")
        readers = Readers(port, words.readers)
        cpu, begin = cpu_of(server), time.perf_counter()
        clients = [subprocess.Popen([words.program, "deliver", path, "--agreement", name, "--url", url, "--json", "--wait", "900"],
                                    env={"KREISLAUF_KEY": key}, stdout=open(folder / f"{name}.json", "w", encoding="utf-8"),
                                    stderr=subprocess.PIPE, text=True) for name, path, key in offices]
        arrived, ended = {}, {}

        def follow(number, client):
            for line in client.stderr:
                if "arrived as delivery" in line:
                    arrived[number] = time.perf_counter() - begin
            code = client.wait()
            ended[number] = (time.perf_counter() - begin, code)

        threads = [threading.Thread(target=follow, args=pair) for pair in enumerate(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        readers.stop("beside")
        print(f"offices_first_report_s {min(end for end, _ in ended.values()):.1f} s")
        print(f"offices_acknowledged_s {max(arrived.values()):.1f} s")
        print(f"offices_through_s {max(end for end, _ in ended.values()):.1f} s")
        print(f"offices_server_cpu_s {cpu_of(server) - cpu:.1f} s")
        print(f"offices_server_private {memory_of(server, 'RssAnon'):.0f} MB")
        print(f"offices_server_peak {memory_of(server, 'VmHWM'):.0f} MB (mapped files too)")
        rows = 0
        for name, path, _ in offices:
            report = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            counts = report["counts"]
            assert counts["cells"] == counts["used"] + counts["repeated"] + counts["set_aside"], (name, counts)
            assert report["verdict"] != "unusable" and counts["used"] > 0, (name, report["verdict"], report["findings"][:2])
            rows += counts["rows"]
        print(f"offices_rows {rows} rows")
        print(f"offices_load_after {os.getloadavg()[0]:.1f} load")
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The server beside nginx with the same bytes, asked in turns on one machine.

Usage   compare.py SERVED [--rounds N] [--seconds S] [--idle N]
        SERVED is the program of the target bench_http_served
Needs   nginx, wrk; an ordinary user will do
Prints  "name value unit", medians over the rounds; a ratio is ours through nginx's of the same round

P12  20 kB from the cache: requests per second and processor time per request
P13  2 MB
P15  99th percentile at 32 connections, also with idle and slow connections beside
304  answers without body
50MB streams, made while they are sent, against a file of nginx
copied  the same 20 and 60 kB from the cache by a server that copies them into the socket: sealed files through that
"""
import argparse
import os
import pathlib
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SIZES = {"20k": 20_000, "60k": 60_000, "2m": 2_000_000, "50m": 50_000_000}
TICK = os.sysconf("SC_CLK_TCK")

NGINX = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 30000; }}
http {{
  access_log {folder}/nginx-access.log combined buffer=64k flush=1s;
  sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 600s;
  open_file_cache max=100 inactive=600s; open_file_cache_valid 600s;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Peer:
    """A server that runs: its port, and what it used."""

    def __init__(self, name, process, port):
        self.name, self.process, self.port = name, process, port

    def pids(self):
        own = self.process.pid
        children = pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]

    def cpu(self):
        total = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def waited(self):
        """Seconds in which threads were ready to run and no core was free."""
        total = 0
        for pid in self.pids():
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                try:
                    total += int((task / "schedstat").read_text().split()[1])
                except FileNotFoundError:  # ended meanwhile
                    pass
        return total / 1e9

    def resident(self):
        return sum(int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids()) * 4096

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)  # answers to slow clients are given their time
        except subprocess.TimeoutExpired:
            self.process.kill()


def start_nginx(folder):
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([nginx, "-e", str(folder / "error.log"), "-c", str(config)])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return Peer("nginx", process, port)
        except OSError:
            time.sleep(0.05)
    sys.exit("nginx did not start: " + (folder / "error.log").read_text())


def start_ours(served, folder, *options):
    process = subprocess.Popen([served, str(folder / "files"), "--log", str(folder / "access.log"), *options],
                               stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    return Peer("kreislauf", process, int(line.rsplit(":", 1)[1]))


class Unreadable(Exception):
    """wrk printed something else than figures."""


def micros(text):
    found = re.fullmatch(r"([0-9.]+)(us|ms|s|m|h)", text)
    if not found:
        raise Unreadable(f"'{text}' is no time such as 1.25ms")
    return float(found.group(1)) * {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7, "h": 3.6e9}[found.group(2)]


def figure(pattern, text, what):
    found = re.search(pattern, text)
    if not found:
        raise Unreadable(f"no {what} in what wrk printed: {' / '.join(text.split(chr(10)))[:600]}")
    return found.group(1)


def load(peer, path, seconds, fields=(), status=None):
    """wrk: requests per second, processor time per request in us, 99th percentile in us, and the share of the time in
    which the server was ready to run and no core was free: it tells whether a percentile is of the server or of the
    machine."""
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "--latency"]
    for field in fields:
        command += ["-H", field]
    before, waited, began = peer.cpu(), peer.waited(), time.perf_counter()
    out = subprocess.run([*command, f"http://127.0.0.1:{peer.port}{path}"], capture_output=True, text=True,
                         check=True).stdout
    used = peer.cpu() - before
    waited = (peer.waited() - waited) / (time.perf_counter() - began)
    count = int(figure(r"(\d+) requests in", out, "number of requests"))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", out)
    if bad or count == 0:
        sys.exit(f"{peer.name} {path}: {bad.group(0) if bad else 'no answer at all; is the machine busy?'}")
    result = {"cpu": used * 1e6 / count, "waited": waited}
    # At the begin of a line: "97.99%" ends one of the lines before.
    for name, read in (("rate", lambda: float(figure(r"Requests/sec:\s+([0-9.]+)", out, "rate"))),
                       ("p99", lambda: micros(figure(r"(?m)^\s+99%\s+(\S+)", out, "99th percentile")))):
        try:
            result[name] = read()
        except Unreadable as trouble:
            print(f"left out: {peer.name} {path} {name}: {trouble}", file=sys.stderr)
    return result


def fetch(peer, path):
    """Seconds and processor seconds to take one body to its end."""
    before, began = peer.cpu(), time.perf_counter()
    size = 0
    room = bytearray(1 << 18)
    with socket.create_connection(("127.0.0.1", peer.port)) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        while part := link.recv_into(room):
            size += part
    if size < SIZES["50m"]:
        sys.exit(f"{peer.name} {path}: only {size} bytes")
    return {"time": time.perf_counter() - began, "cpu": peer.cpu() - before}


class Crowd:
    """Connections that asked once and stay, and clients that read a few bytes a second."""

    def __init__(self, peer, path, idle, slow):
        self.links, self.stop = [], threading.Event()
        for _ in range(idle):
            link = socket.create_connection(("127.0.0.1", peer.port))
            link.sendall(f"HEAD {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            self.links.append(link)
        for link in self.links:
            link.recv(4096)
        self.slow = []
        for _ in range(slow):
            link = socket.socket()
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.connect(("127.0.0.1", peer.port))
            link.sendall(b"GET /50m HTTP/1.1\r\nHost: h\r\n\r\n")
            self.slow.append(link)
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()

    def drip(self):
        while not self.stop.wait(1):
            for link in self.slow:
                try:
                    link.recv(512)
                except OSError:  # cut off: too slow for it
                    pass

    def leave(self):
        self.stop.set()
        self.thread.join()
        for link in [*self.links, *self.slow]:
            link.close()


def show(name, value, unit):
    print(f"{name} {value:.4g} {unit}", flush=True)


def show_pairs(name, pairs, key, unit):
    """pairs: one (nginx, ours) for each round; a round without one of the two figures does not count"""
    pairs = [(n, o) for n, o in pairs if key in n and key in o]
    if not pairs:
        print(f"left out: {name}_{key}: no round gave a figure", file=sys.stderr)
        return
    show(f"{name}_{key}_nginx", statistics.median(n[key] for n, _ in pairs), unit)
    show(f"{name}_{key}", statistics.median(o[key] for _, o in pairs), unit)
    ratios = [o[key] / n[key] for n, o in pairs if n[key] > 0]
    if ratios:
        show(f"{name}_{key}_ratio", statistics.median(ratios), "x")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("served")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--idle", type=int, default=10_000)
    options = parser.parse_args()
    if shutil.which("wrk") is None or not (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")):
        sys.exit("wrk or nginx is missing: deploy/install-deps.sh dev")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # inherited by both servers
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # started by root, nginx reads as another user
        (folder / "files").mkdir()
        for file, size in SIZES.items():
            (folder / "files" / file).write_bytes(os.urandom(size))
        peers = []
        try:
            peers = [start_nginx(folder), start_ours(options.served, folder)]
            measure(*peers, options, folder)
            peers.append(start_ours(options.served, folder, "--copy"))
            compare_with_copying(*peers[1:], options)
        finally:
            for peer in peers:
                peer.stop()


def compare_with_copying(files, copies, options):
    for size in ("20k", "60k"):
        pairs = []
        for turn in range(options.rounds + 1):
            pair = [load(peer, f"/{size}", options.seconds) for peer in (copies, files)]
            if turn > 0:
                pairs.append(pair)
        for key in ("rate", "cpu"):
            show(f"copied_{size}B_{key}_ratio", statistics.median(f[key] / c[key] for c, f in pairs), "x")


def measure(nginx, ours, options, folder):
    show("load_average", os.getloadavg()[0], "1")

    def pairs(path, fields=(None, None)):
        for peer in (nginx, ours):
            load(peer, path, 1, fields[0 if peer is nginx else 1] or ())
        return [(load(nginx, path, options.seconds, fields[0] or ()), load(ours, path, options.seconds, fields[1] or ()))
                for _ in range(options.rounds)]

    small = pairs("/20k")
    for key, unit in (("rate", "1/s"), ("cpu", "us"), ("p99", "us"), ("waited", "share")):
        show_pairs("p12_20kB", small, key, unit)
    large = pairs("/2m")
    for key, unit in (("rate", "1/s"), ("cpu", "us")):
        show_pairs("p13_2MB", large, key, unit)
    tag = subprocess.run(["curl", "-sI", f"http://127.0.0.1:{nginx.port}/20k"], capture_output=True, text=True,
                         check=True).stdout
    tag = re.search(r'ETag: (\S+)', tag).group(1)
    unchanged = pairs("/20k", ([f"If-None-Match: {tag}"], ['If-None-Match: "20k-1"']))
    for key, unit in (("rate", "1/s"), ("p99", "us")):
        show_pairs("304", unchanged, key, unit)
    streams = [(fetch(nginx, "/50m"), fetch(ours, "/stream/50m")) for _ in range(3 * options.rounds)]
    show_pairs("50MB_stream", streams, "time", "s")
    show("50MB_stream_cpu_nginx", sum(n["cpu"] for n, _ in streams) / len(streams), "s")
    show("50MB_stream_cpu", sum(o["cpu"] for _, o in streams) / len(streams), "s")

    before = ours.resident()
    show("resident", before / 2**20, "MiB")
    crowded = []
    for turn in range(options.rounds):  # one crowd at a time: the descriptors of this script are few
        figures = []
        for peer in (nginx, ours):
            crowd = Crowd(peer, "/20k", options.idle, 50)
            if peer is ours and turn == 0:
                show("resident_per_idle", (ours.resident() - before) / max(1, options.idle) / 1024, "KiB")
            load(peer, "/20k", 1)
            figures.append(load(peer, "/20k", options.seconds))
            crowd.leave()
        crowded.append(tuple(figures))
    for key, unit in (("rate", "1/s"), ("cpu", "us"), ("p99", "us"), ("waited", "share")):
        show_pairs("p15_crowd", crowded, key, unit)
    for (nginx_one, our_one) in crowded:
        if "p99" in nginx_one and "p99" in our_one:
            print(f"# crowd: p99 {nginx_one['p99']:.0f} us waited {nginx_one['waited']:.3f} nginx; "
                  f"{our_one['p99']:.0f} us waited {our_one['waited']:.3f} kreislauf")
    alone = statistics.median(o["cpu"] for _, o in small)
    show("crowd_cpu_ratio", statistics.median(o["cpu"] for _, o in crowded) / alone, "x")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The running service on the sample sources, as operators, harvesters and careless clients meet it.

Usage   service_program.py PROGRAM SERVER CHECK    runs one check
        service_program.py --list                  names of the checks, for CMake
"""
import csv
import http.client
import io
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from replay import SKIP  # noqa: E402
from sample_sync import Run  # noqa: E402

POPULATION = "REGIO_12411-01-01-4"


class Service:
    """kreislauf-server on the sample."""

    def __init__(self, program, server, folder):
        self.server, self.folder = server, pathlib.Path(folder)
        self.run = Run(program, folder)
        self.run.sync()
        self.state = pathlib.Path(self.run.store) / "service"
        self.errors = self.folder / "errors"

    def start(self, *words, scheme="http"):
        with open(self.errors, "w", encoding="utf-8") as errors:
            process = subprocess.Popen(
                [self.server, "--store", str(self.run.store), "--listen", "127.0.0.1:0", "--log", "none", *words],
                stdout=subprocess.PIPE, stderr=errors, text=True, cwd=self.folder, env=self.run.environment)
        line = process.stdout.readline()
        found = re.search(scheme + r"://127\.0\.0\.1:(\d+)", line)
        assert found, line + self.errors.read_text(encoding="utf-8")
        self.port = int(found.group(1))
        return process

    def ask(self, target, method="GET", **fields):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        link.request(method, target, headers={name.replace("_", "-"): value for name, value in fields.items()})
        answer = link.getresponse()
        body = answer.read()
        link.close()
        return answer.status, answer.headers, body

    def rules(self, text):
        self.state.mkdir(exist_ok=True)
        (self.state / "access.toml").write_text(text, encoding="utf-8")

    def key(self, scope, purpose):
        words = "key", "create", "--scope", scope, "--expires", "2099-12-31", "--purpose", purpose
        made = self.run.call(*words).strip()
        time.sleep(0.6)  # a running server looks four times a second
        return made


def end(process):
    process.terminate()
    return process.wait(timeout=30)


# What DCAT-AP.de 2.0 with the conventions of GovData demands or recommends of each class, by property.
DEMANDED = {
    "dcat:Catalog": ["dct:title", "dct:description", "dct:publisher", "dcat:dataset", "foaf:homepage", "dct:language",
                     "dct:spatial", "dcat:themeTaxonomy", "dct:issued", "dct:modified", "dcat:service"],
    "dcat:Dataset": ["dct:title", "dct:description", "dct:identifier", "dct:publisher", "dcat:contactPoint",
                     "dcatde:contributorID", "dcat:theme", "dcat:keyword", "dct:spatial", "dct:temporal",
                     "dcatde:politicalGeocodingURI", "dcatde:politicalGeocodingLevelURI", "dct:accrualPeriodicity",
                     "dct:issued", "dct:modified", "dct:language", "dct:accessRights", "dcat:landingPage",
                     "dcat:distribution"],
    "dcat:Distribution": ["dct:title", "dct:description", "dcat:accessURL", "dcat:downloadURL", "dct:format",
                          "dcat:mediaType", "dct:license", "dcatde:licenseAttributionByText"],
    "dcat:DataService": ["dct:title", "dcat:endpointURL", "dcat:servesDataset"],
    "foaf:Agent": ["foaf:name"],
    "vcard:Organization": ["vcard:fn"],
    "dct:PeriodOfTime": ["dcat:startDate", "dcat:endDate"],
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
GEOCODING = "http://dcat-ap.de/def/politicalGeocoding/"
# Properties whose values must come from a list: where the list is.
LISTED = {"dct:license": "http://dcat-ap.de/def/licenses/", "dct:format": AUTHORITY + "file-type/",
          "dcat:theme": AUTHORITY + "data-theme/", "dct:accrualPeriodicity": AUTHORITY + "frequency/",
          "dct:language": AUTHORITY + "language/", "dct:accessRights": AUTHORITY + "access-right/",
          "dct:type": AUTHORITY + "dataset-type/", "dcatap:availability": AUTHORITY + "planned-availability/",
          "dcatde:contributorID": "http://dcat-ap.de/def/contributors/",
          "dcatde:politicalGeocodingURI": GEOCODING, "dcatde:politicalGeocodingLevelURI": GEOCODING + "Level/",
          "dcat:mediaType": "https://www.iana.org/assignments/media-types/"}


def check_TheCatalogueHoldsWhatDcatApDeDemandsInBothForms(service):
    try:
        import rdflib
        from rdflib.compare import to_isomorphic
    except ImportError:
        print("SKIPPED: the Python package rdflib is not here")
        sys.exit(SKIP)
    service.state.mkdir(exist_ok=True)
    (service.state / "catalog.toml").write_text(
        'publisher = "Landkreis Goslar"\nemail = "statistik@example.de"\n'
        'contributor = "http://dcat-ap.de/def/contributors/musterkreis"\n', encoding="utf-8")
    process = service.start()
    graphs = []
    for accept, form in (("text/turtle", "turtle"), ("application/ld+json", "json-ld")):
        status, fields, body = service.ask("/catalog", Accept=accept)
        assert status == 200 and fields["Content-Type"].startswith(accept), (status, fields.items())
        graphs.append(rdflib.Graph().parse(data=body.decode("utf-8"), format=form))
    assert len(graphs[0]) > 100 and to_isomorphic(graphs[0]) == to_isomorphic(graphs[1]), "the forms differ"
    graph = graphs[0]
    names = dict(graph.namespaces())

    def of(name):
        prefix, word = name.split(":")
        return names[prefix] + word if prefix in names else None

    uri = {name: rdflib.URIRef(of(name)) for kind in DEMANDED for name in [kind, *DEMANDED[kind]]}
    uri.update({name: rdflib.URIRef(of(name)) for name in LISTED})
    counts = {}
    for kind, properties in DEMANDED.items():
        things = list(graph.subjects(rdflib.RDF.type, uri[kind]))
        counts[kind] = len(things)
        assert things, f"no {kind}"
        for thing in things:
            for name in properties:
                assert (thing, uri[name], None) in graph, f"{kind} {thing} has no {name}"
    datasets = [one for one in json.loads(service.ask("/api/v1/datasets?limit=1000")[2])["datasets"]
                if one["derived_from"] is None]
    assert counts["dcat:Dataset"] == len(datasets) and counts["dcat:Distribution"] == 7 * len(datasets), counts
    for name, beginning in LISTED.items():
        for _, _, value in graph.triples((None, uri[name], None)):
            assert isinstance(value, rdflib.URIRef) and value.startswith(beginning) and len(value) > len(beginning), \
                f"{name} is {value}"
    for kind in ("dcat:Catalog", "dcat:Dataset", "dcat:Distribution", "dcat:DataService"):
        for thing in graph.subjects(rdflib.RDF.type, uri[kind]):
            for name in ("dct:title", "dct:description") if kind != "dcat:DataService" else ("dct:title",):
                said = sorted(str(value.language) for value in graph.objects(thing, uri[name]))
                assert said == ["de", "en"], f"{thing} {name}: {said}"
    for thing in graph.subjects(rdflib.RDF.type, uri["dcat:Dataset"]):
        assert len(list(graph.objects(thing, uri["dcatde:contributorID"]))) == 1
        places = set(graph.objects(thing, uri["dct:spatial"]))
        assert set(graph.objects(thing, uri["dcatde:politicalGeocodingURI"])) < places, places
    for thing in graph.subjects(rdflib.RDF.type, uri["dct:PeriodOfTime"]):
        first, last = graph.value(thing, uri["dcat:startDate"]), graph.value(thing, uri["dcat:endDate"])
        assert first.datatype == last.datatype == rdflib.XSD.date and first.toPython() <= last.toPython()
    # Every address that a harvester follows answers.
    for name in ("dcat:downloadURL", "dcat:landingPage"):
        for _, _, value in graph.triples((None, uri[name], None)):
            status, _, _ = service.ask(str(value).split(str(service.port))[1], method="HEAD")
            assert status == 200, f"{value}: {status}"
    assert end(process) == 0


def check_AMistakeInTheCatalogueFileIsToldToTheOperatorAlone(service):
    service.state.mkdir(exist_ok=True)
    file = service.state / "catalog.toml"
    process = service.start()
    for text, said in (("publisher = 1\n", ":1: 'publisher'"), ("\nmail = \"x\"\n", ":2: 'mail' is unknown"),
                       ("contributor = \"goslar\"\n", "http://dcat-ap.de/def/contributors/"),
                       ("email = \"nobody\"\n", "'nobody'"), ("homepage = \"www\"\n", "'www'")):
        file.write_text(text, encoding="utf-8")
        status, _, body = service.ask("/catalog")
        assert status == 500 and str(file).encode() not in body, (text, status, body)
        errors = service.errors.read_text(encoding="utf-8")
        assert said in errors and "catalog.toml" in errors, (text, errors)
    file.unlink()
    assert service.ask("/catalog")[0] == 200
    assert end(process) == 0


def check_FiguresOnTodaysAreasAreADataflowAndAreExplained(service):
    process = service.start()
    flow = POPULATION + "_LATEST"
    listed = json.loads(service.ask("/sdmx/v2/structure/dataflow/KREISLAUF/*/+?format=jsondata")[2])
    flows = {one["id"]: one for one in listed["data"]["dataflows"]}
    assert flow in flows and "Gebietsstand" in flows[flow]["name"], sorted(flows)
    status, _, body = service.ask(f"/sdmx/v1/data/{flow}/A.03159..._T", Accept="application/vnd.sdmx.data+csv;version=2.0.0")
    assert status == 200, body[:500]
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8"))))
    assert rows and len({row["TERR_STATE"] for row in rows}) == 1, rows[:2]
    status, _, body = service.ask(f"/api/v1/series?area=03159&dataset={POPULATION}&SEX=_T&territory=latest")
    plain = {one["period"]: one for one in json.loads(body)["series"][0]["figures"]}
    assert {row["TIME_PERIOD"]: row["OBS_VALUE"] for row in rows} == \
        {period: "" if one["value"] is None else str(one["value"]) for period, one in plain.items()}
    for row in rows:
        status, _, body = service.ask("/api/v1/explain?figure=" + urllib.parse.quote(row["FIGURE_ID"], safe=""))
        explained = json.loads(body)
        assert status == 200 and explained["kind"] == "territorial" and explained["identical"] is True, explained
        assert explained["id"] == plain[row["TIME_PERIOD"]]["id"], (explained["id"], plain[row["TIME_PERIOD"]])
    status, _, body = service.ask(f"/api/v1/explain?figure={flow}/03159/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2024-12-31@99")
    assert status == 404 and b"no vintage 99" in body, (status, body)
    assert end(process) == 0


def check_EveryLineOfTheMetricsCanBeScraped(service):
    process = service.start()
    for target in (f"/sdmx/v1/data/{POPULATION}", "/api/v1/areas?limit=1", "/nothing", "/catalog"):
        service.ask(target)
    status, fields, body = service.ask("/metrics")
    assert status == 200 and fields["Content-Type"].startswith("text/plain; version=0.0.4"), fields.items()
    text = body.decode("utf-8")
    assert text.endswith("\n")
    kinds, series, closed, current = {}, {}, set(), None
    for line in text.splitlines():
        if line.startswith("#"):
            word = re.fullmatch(r"# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)", line)
            assert word, line
            assert word.group(2) not in closed, f"{word.group(2)} is told in two places"
            if word.group(1) == "TYPE":
                assert word.group(3) in ("counter", "gauge", "histogram") and word.group(2) not in kinds, line
                kinds[word.group(2)] = word.group(3)
            if current not in (None, word.group(2)):
                closed.add(current)
            current = word.group(2)
            continue
        sample = re.fullmatch(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\+Inf|NaN|-?[0-9.]+(?:e[+-]?[0-9]+)?)", line)
        assert sample, line
        name, labels, value = sample.group(1), sample.group(2) or "", float(sample.group(3))
        assert not labels or re.fullmatch(r'([a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"(,|$))+', labels), line
        family = re.sub(r"_(bucket|sum|count)$", "", name) if kinds.get(current) == "histogram" else name
        assert family == current and current in kinds, f"{line} stands under {current}"
        assert (name, labels) not in series, f"twice: {line}"
        assert kinds[current] != "counter" or (name.endswith("_total") and value >= 0), line
        series[(name, labels)] = value
    buckets = {}
    for (name, labels), value in series.items():
        if name.endswith("_bucket"):
            rest = re.sub(r',?le="[^"]*"', "", labels)
            limit = re.search(r'le="([^"]*)"', labels).group(1)
            buckets.setdefault((name[:-7], rest), []).append((float(limit.replace("+Inf", "inf")), value))
    assert buckets
    for (name, rest), found in buckets.items():
        assert found == sorted(found) and [v for _, v in found] == sorted(v for _, v in found), (name, rest)
        assert found[-1][0] == float("inf") and found[-1][1] == series[(name + "_count", rest)], (name, rest)
        assert (name + "_sum", rest) in series
    assert end(process) == 0


def check_AKeyThatAsksTooOftenIsToldWhenToComeBack(service):
    service.rules("[limits]\nkey_per_second = 1\nkey_burst = 5\n")
    process = service.start()
    one, other = (service.key("county:03153", f"Probe {no}") for no in (1, 2))
    answers = [service.ask("/api/v1/areas?limit=1", X_API_Key=one) for _ in range(12)]
    refused = [fields for status, fields, _ in answers if status == 429]
    assert answers[0][0] == 200 and refused, [status for status, _, _ in answers]
    wait = int(refused[-1]["Retry-After"])
    assert 1 <= wait <= 10
    assert service.ask("/api/v1/areas?limit=1", X_API_Key=other)[0] == 200, "each key has a limit of its own"
    status, fields, body = service.ask("/sdmx/v1/dataflow", Authorization="Bearer " + one)
    if status == 429:
        assert b"1429" in body and int(fields["Retry-After"]) >= 1
    time.sleep(wait + 0.2)
    assert service.ask("/api/v1/areas?limit=1", X_API_Key=one)[0] == 200, "it was told when to come back"
    assert end(process) == 0


def check_RestrictedFiguresLeaveALineThatCannotBeTakenBack(service):
    service.rules(f'[[dataset]]\nid = "{POPULATION}"\nclass = "RESTRICTED"\nrecipients = ["county:03153"]\n')
    process = service.start()
    key = service.key("county:03153", "Integrationsbericht")
    asked = (f"/sdmx/v1/data/{POPULATION}?format=csvdata", f"/sdmx/v2/data/dataflow/KREISLAUF/{POPULATION}/1.0",
             f"/api/v1/series?area=03153&dataset={POPULATION}&format=csv", f"/api/v1/feed?dataset={POPULATION}")
    for target in asked:
        status, _, body = service.ask(target, X_API_Key=key)
        assert status == 200 and b"126775" in body, (target, status)
        status, _, body = service.ask(target)
        assert status in (400, 404) and b"126775" not in body, f"{target} without a key: {status}"
    for target in ("/catalog", "/api/v1/datasets", "/sdmx/v1/dataflow"):
        assert POPULATION.encode() in service.ask(target, X_API_Key=key)[2]
        assert POPULATION.encode() not in service.ask(target)[2], target
    lines = [json.loads(line) for line in service.run.call("key", "log").splitlines() if line.startswith("{")]
    assert [line["target"] for line in lines] == list(asked), [line["target"] for line in lines]
    assert all(line["purpose"] == "Integrationsbericht" and line["scope"] == "county:03153" and
               line["datasets"] == [POPULATION] for line in lines), lines
    service.run.call("key", "log", "--verify")
    file = next(service.state.glob("transmissions-*.log"))
    whole = file.read_text(encoding="utf-8")
    rows = whole.splitlines(keepends=True)
    for damaged in ("".join(rows[:1] + rows[2:]), "".join(rows[:-1]), whole.replace("Integrationsbericht", "Anderes", 1)):
        file.write_text(damaged, encoding="utf-8")
        service.run.call("key", "log", "--verify", code=4)
    file.write_text(whole, encoding="utf-8")
    service.run.call("key", "log", "--verify")
    service.run.call("key", "log", "--prune")
    assert file.read_text(encoding="utf-8") == whole, "nothing younger than five years goes"
    assert end(process) == 0


def check_TheListenerIsGoneAtOnceAndARunningAnswerEnds(service):
    process = service.start("--stop-time", "20")
    link = socket.create_connection(("127.0.0.1", service.port))
    link.settimeout(30)
    # A live answer goes on until the server ends it; a request that is on its way is answered.
    link.sendall(b"GET /api/v1/feed/events HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200 OK" in link.recv(4096)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", service.port), timeout=1).close()
            time.sleep(0.02)
        except ConnectionRefusedError:
            break
    else:
        raise AssertionError("the listener stands 5 s after SIGTERM")
    rest = b""
    while piece := link.recv(65536):
        rest += piece
    link.close()
    assert rest.endswith(b"0\r\n\r\n"), rest[-80:]
    assert process.wait(timeout=30) == 0 and time.monotonic() - began < 15


def check_ReadinessEndsBeforeTheListenerDoes(service):
    process = service.start("--drain-time", "3")
    assert service.ask("/readyz")[:1] == (200,)
    began = time.monotonic()
    process.terminate()
    while service.ask("/readyz")[0] == 200:
        assert time.monotonic() - began < 2, "/readyz still says that all is well"
        time.sleep(0.01)
    # What a proxy still sends is answered, on new connections, too.
    answered = 0
    while time.monotonic() - began < 2:
        assert service.ask("/readyz")[0] == 503 and service.ask("/healthz")[0] == 200
        assert service.ask("/api/v1/datasets")[0] == 200
        answered += 1
        time.sleep(0.05)
    assert answered > 3
    assert process.wait(timeout=30) == 0
    assert 2.9 < time.monotonic() - began < 10
    # Whoever is in a hurry says so twice.
    process = service.start("--drain-time", "60")
    began = time.monotonic()
    process.terminate()
    while service.ask("/readyz")[0] == 200:
        time.sleep(0.01)
    process.terminate()
    assert process.wait(timeout=30) == 0 and time.monotonic() - began < 10


def check_AnAnswerThatNobodyTakesIsCutInTheStatedTime(service):
    # Six pipelined answers of a quarter of a megabyte are more than the machine holds for a client that reads nothing.
    process = service.start("--stop-time", "2")
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    link.connect(("127.0.0.1", service.port))
    link.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
    time.sleep(0.5)
    began = time.monotonic()
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert time.monotonic() - began < 10, "the client held the server"
    link.close()


def check_TlsIsServedRefusedAndWarnedOf(service):
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=service.folder, timeout=60)

    for name in ("good", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "400", "-keyout", f"{name}.key", "-out",
                f"{name}.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    process = service.start("--tls-cert", "good.pem", "--tls-key", "good.key", scheme="https")
    context = ssl.create_default_context(cafile=str(service.folder / "good.pem"))
    link = http.client.HTTPSConnection("127.0.0.1", service.port, context=context, timeout=20)
    link.request("GET", f"/sdmx/v1/data/{POPULATION}?format=csvdata&lastNObservations=1")
    answer = link.getresponse()
    assert answer.status == 200 and b"126775" in answer.read()
    link.close()
    strange = ssl.create_default_context(cafile=str(service.folder / "other.pem"))
    try:
        http.client.HTTPSConnection("127.0.0.1", service.port, context=strange, timeout=20).request("GET", "/healthz")
        raise AssertionError("a stranger's certificate was taken")
    except ssl.SSLCertVerificationError:
        pass
    assert end(process) == 0
    (service.folder / "broken.pem").write_text("no certificate", encoding="utf-8")
    for certificate, key in (("good.pem", "other.key"), ("broken.pem", "good.key"), ("none.pem", "good.key")):
        done = subprocess.run([service.server, "--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key],
                              capture_output=True, text=True, cwd=service.folder, timeout=30, env=service.run.environment)
        assert done.returncode == 2 and (certificate in done.stderr or key in done.stderr), (certificate, done)
    # Expired, or nearly: the server starts and says so, since a store that nobody reaches helps nobody.
    for days, said in (("20", "expires on "), ("-1", "expired on ")):
        openssl("req", "-new", "-key", "good.key", "-out", "good.csr", "-subj", "/CN=localhost")
        openssl("x509", "-req", "-in", "good.csr", "-signkey", "good.key", "-days", days, "-out", "old.pem")
        process = service.start("--tls-cert", "old.pem", "--tls-key", "good.key", scheme="https")
        time.sleep(0.3)
        assert end(process) == 0
        errors = service.errors.read_text(encoding="utf-8")
        assert "the certificate old.pem " + said in errors, errors


CHECKS = {name[6:]: check for name, check in list(globals().items()) if name.startswith("check_")}


def main(program, server, what):
    with tempfile.TemporaryDirectory(prefix="kreislauf-service-") as folder:
        try:
            CHECKS[what](Service(os.path.abspath(program), os.path.abspath(server), folder))
        except AssertionError as failure:
            print(f"{what}: {failure}")
            return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(CHECKS), end="")
        sys.exit(0)
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

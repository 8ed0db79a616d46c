#!/usr/bin/env python3
"""Asks the running service for SDMX, as clients do, and looks at what it sends.

Usage   sdmx_service.py PROGRAM SERVER CHECK    runs one check on the sample sources
        sdmx_service.py --list                  names of the checks, for CMake
"""
import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

from replay import SHARED, SKIP, SOURCE
from sample_sync import EARLY, LATE, Run

VALIDATE = SHARED / "real/sdmx/xsd/validate.sh"
PAGE = SOURCE / "docs/sdmx-service.md"
POPULATION = "REGIO_12411-01-01-4"
GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"
SPECIFIC = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
ML30 = "application/vnd.sdmx.data+xml;version=3.0.0"
JSON_DRAFT, JSON_1, JSON_2 = (f"application/vnd.sdmx.data+json;version={v}" for v in ("1.0.0-wd", "1.0.0", "2.0.0"))
CSV_1, CSV_2 = (f"application/vnd.sdmx.data+csv;version={v}" for v in ("1.0.0", "2.0.0"))
STRUCTURE_21 = "application/vnd.sdmx.structure+xml;version=2.1"
STRUCTURE_30 = "application/vnd.sdmx.structure+xml;version=3.0.0"
RESOURCES = ["dataflow", "datastructure", "codelist", "conceptscheme", "categoryscheme", "categorisation",
             "agencyscheme", "dataproviderscheme", "contentconstraint", "provisionagreement"]


class Service:
    """kreislauf-server on the sample, as a context manager."""

    def __init__(self, server, folder, program):
        self.server, self.folder = server, pathlib.Path(folder)
        self.run = Run(program, folder)

    def __enter__(self):
        self.run.sync()
        self.process = subprocess.Popen(
            [self.server, "--store", str(self.run.store), "--listen", "127.0.0.1:0", "--log", "none"],
            stdout=subprocess.PIPE, text=True, cwd=self.folder, env=self.run.environment)
        line = self.process.stdout.readline()
        self.address = re.search(r"http://(\S+)", line).group(1)
        self.connection = http.client.HTTPConnection(self.address, timeout=60)
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def ask(self, target, accept=None, method="GET", body=None, **headers):
        """(status, header fields, bytes). `accept` may be a list: one line each."""
        connection = self.connection
        connection.putrequest(method, target, skip_accept_encoding=True)
        for one in [accept] if isinstance(accept, str) else accept or []:
            connection.putheader("Accept", one)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def get(self, target, accept=None, **headers):
        status, fields, body = self.ask(target, accept, **headers)
        assert status == 200, f"{target} ({accept}): {status}\n{body[:500]!r}"
        return fields, body

    def datasets(self):
        listed = self.get("/sdmx/v1/dataflow", "application/vnd.sdmx.structure+json;version=1.0.0")[1]
        return sorted(flow["id"] for flow in json.loads(listed)["data"]["dataflows"])


def validated(folder, schema=None):
    """Complaints of the validator about every file of a folder."""
    words = ["sh", str(VALIDATE)] + (["--dsd-xsd", str(schema)] if schema else [])
    files = sorted(str(path) for path in folder.iterdir() if path.suffix == ".xml")
    done = subprocess.run([*words, *files], capture_output=True, text=True, timeout=250)
    lines = done.stdout.splitlines()
    assert lines and lines[-1].startswith(f"{len(files)} passed"), \
        "\n".join(line for line in lines if line.startswith("INVALID"))[:3000] + done.stderr[:500]


def need(path, what):
    if not path or not pathlib.Path(path).exists():
        print(f"SKIPPED: {what} is not here")
        sys.exit(SKIP)


def check_EveryXmlAnswerIsValid(service):
    need(VALIDATE, "the validator of SDMX-ML messages")
    folder = service.folder / "xml"
    folder.mkdir()
    count = 0

    def keep(target, accept, status=200):
        nonlocal count
        got, _, body = service.ask(target, accept)
        assert got == status, f"{target} ({accept}): {got}\n{body[:300]!r}"
        count += 1
        (folder / f"{count:04}.xml").write_bytes(body)

    for resource in RESOURCES:
        for references in ("none", "parents", "parentsandsiblings", "children", "descendants", "all"):
            keep(f"/sdmx/v1/{resource}/all/all/latest?references={references}", STRUCTURE_21)
        for detail in ("allstubs", "referencestubs", "referencepartial", "allcompletestubs",
                       "referencecompletestubs"):
            keep(f"/sdmx/v1/{resource}?references=all&detail={detail}", STRUCTURE_21)
        name = "dataconstraint" if resource == "contentconstraint" else resource
        for references in ("none", "all", "ancestors"):
            keep(f"/sdmx/v2/structure/{name}/*/*/~?references={references}", STRUCTURE_30)
    for dataset in service.datasets():
        for accept in (GENERIC, SPECIFIC, ML30):
            for query in ("", "?dimensionAtObservation=AllDimensions", "?dimensionAtObservation=AREA",
                          "?detail=serieskeysonly", "?detail=dataonly", "?detail=nodata",
                          "?lastNObservations=1&startPeriod=2000", "?includeHistory=true"):
                keep(f"/sdmx/v1/data/{dataset}{query}", accept)
        keep(f"/sdmx/v1/availableconstraint/{dataset}?references=all", STRUCTURE_21)
        keep(f"/sdmx/v2/availability/dataflow/KREISLAUF/{dataset}/1.0/*/*?mode=available", STRUCTURE_30)
    keep("/sdmx/v1/data/NOSUCH", "application/xml", 404)
    keep("/sdmx/v2/data/dataflow/KREISLAUF/NOSUCH", "application/xml", 404)
    keep("/sdmx/v1/nonsense", None, 400)
    validated(folder)
    assert count > 200, count


def check_EveryFormatSaysTheSame(service):
    def content(name, body):
        file = service.folder / name
        file.write_bytes(body)
        facts = service.run.json("inspect", file, "--dsd", service.folder / "dsd.xml")
        return facts["content_sha256"], facts["obs"], facts["obs_without_value"], facts.get("issues")

    for dataset in service.datasets():
        (service.folder / "dsd.xml").write_bytes(
            service.get(f"/sdmx/v1/datastructure/KREISLAUF/{dataset}/1.0?references=children")[1])
        first = content("generic.xml", service.get(f"/sdmx/v1/data/{dataset}", GENERIC)[1])
        assert first[0] and int(first[1]) > 0, first
        for accept, name in ((SPECIFIC, "a.xml"), (ML30, "b.xml"), (JSON_DRAFT, "a.json"), (JSON_1, "b.json"),
                             (JSON_2, "c.json"), (CSV_1, "a.csv"), (CSV_2, "b.csv"),
                             (CSV_1 + ";labels=both", "c.csv"), (CSV_2 + ";labels=name", "d.csv")):
            for query in ("", "?dimensionAtObservation=AllDimensions"):
                again = content(name, service.get(f"/sdmx/v1/data/{dataset}{query}", accept)[1])
                assert again == first, f"{dataset} {accept} {query}: {again} instead of {first}"


def check_ClientsInUseAreAnsweredAsTheyAsk(service):
    """The requests that clients send, as read in their sources."""
    gzipped = {"Accept_Encoding": "gzip, deflate", "Connection": "keep-alive"}
    # sdmx1 (Python): no agency in the reference, no Accept but */*; alternatives sorted, '+' as it is.
    for target in ("/sdmx/v1/dataflow/KREISLAUF/all/latest",
                   f"/sdmx/v1/dataflow/KREISLAUF/{POPULATION}/latest?references=all",
                   f"/sdmx/v1/datastructure/KREISLAUF/{POPULATION}/latest?references=all",
                   f"/sdmx/v1/data/{POPULATION}/.03153+03159...?startPeriod=2010",
                   f"/sdmx/v1/data/{POPULATION}?detail=serieskeysonly",
                   "/sdmx/v1/categoryscheme/KREISLAUF/all/latest?references=parentsandsiblings",
                   f"/sdmx/v1/availableconstraint/{POPULATION}"):
        fields, body = service.get(target, "*/*", **gzipped)
        if fields.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        assert body.startswith(b"<?xml"), body[:80]
    # rsdmx (R): application/xml, slashes at the end, what its user wants in a second line.
    for target in ("/sdmx/v1/dataflow/all/all/latest/", f"/sdmx/v1/data/{POPULATION}/all/all/",
                   f"/sdmx/v1/datastructure/all/{POPULATION}/latest/?references=children"):
        fields, body = service.get(target, "application/xml", **gzipped)
        assert fields["Content-Type"] == "application/xml", fields["Content-Type"]
    fields, _ = service.get(f"/sdmx/v1/data/{POPULATION}/all/all/", ["application/xml", SPECIFIC])
    assert fields["Content-Type"] == SPECIFIC
    # sdmx-dl (Java): the comma encoded, provider all, both layouts of SDMX-ML in one line.
    reference = urllib.parse.quote(f"KREISLAUF,{POPULATION},1.0", safe="")
    fields, _ = service.get(f"/sdmx/v1/data/{reference}/all/all?detail=full",
                            f"{SPECIFIC}, {GENERIC}", **gzipped)
    assert fields["Content-Type"] == SPECIFIC
    # RJSDMX: descendants; on version 2 every key as filters, brackets encoded.
    service.get(f"/sdmx/v1/datastructure/KREISLAUF/{POPULATION}/1.0?references=descendants", **gzipped)
    filters = urllib.parse.quote("c[AREA]", safe="") + "=03153,03159&" + urllib.parse.quote("c[SEX]", safe="") + "=_T"
    _, body = service.get(f"/sdmx/v2/data/dataflow/KREISLAUF/{POPULATION}/1.0/*?{filters}", CSV_2)
    assert b",03153," in body and b",03159," in body and b",M," not in body
    # sdmx-rest and the test kit (JavaScript): the type compared as text, a date in their own form.
    fields, _ = service.get(f"/sdmx/v1/data/KREISLAUF,{POPULATION},1.0/all/all", f"{JSON_1};q=0.8, {SPECIFIC};q=0.5")
    assert fields["Content-Type"] == JSON_1
    status, _, _ = service.ask(f"/sdmx/v1/data/{POPULATION}", GENERIC,
                               If_Modified_Since="Mon Nov 23 2026 10:00:00 GMT+0000 (Coordinated Universal Time)")
    assert status == 304, status
    # sdmx-json-parser and browsers: the format hung on any address; preflight before.
    fields, body = service.get(f"/sdmx/v2/data/dataflow/KREISLAUF/{POPULATION}/1.0/*?"
                               "dimensionAtObservation=AllDimensions&format=jsondata", Origin="https://example.org")
    assert fields["Access-Control-Allow-Origin"] == "*" and "structures" in json.loads(body)["data"]
    status, fields, _ = service.ask(f"/sdmx/v1/data/{POPULATION}", method="OPTIONS", Origin="https://example.org",
                                    Access_Control_Request_Method="GET", Access_Control_Request_Headers="accept")
    assert status == 204 and "Accept" in fields["Access-Control-Allow-Headers"], (status, fields.items())


def check_CachesAreToldTheTruth(service):
    target = f"/sdmx/v1/data/{POPULATION}"
    tags = {}
    for accept in (GENERIC, SPECIFIC, JSON_1, CSV_1):
        fields, plain = service.get(target, accept)
        packed, body = service.get(target, accept, Accept_Encoding="gzip")
        assert gzip.decompress(body) == plain and packed["Content-Encoding"] == "gzip"
        assert packed["ETag"] != fields["ETag"], "a strong tag names bytes"
        for name in ("Accept", "Accept-Encoding", "Accept-Language"):
            assert name.lower() in fields["Vary"].lower().replace(" ", "").split(","), fields["Vary"]
        for tag in (fields["ETag"], packed["ETag"]):
            status, _, rest = service.ask(target, accept, If_None_Match=tag)
            assert status == 304 and not rest, (accept, status)
        tags[accept] = fields["ETag"]
        status, head, rest = service.ask(target, accept, method="HEAD")
        assert status == 200 and head["ETag"] == fields["ETag"] and not rest
    assert len(set(tags.values())) == len(tags)
    table = service.run.table("12411-01-01-4")
    text = table.read_text(encoding="utf-8-sig")
    assert "126775" in text
    table.write_text(text.replace("126775", "126776"), encoding="utf-8")
    service.run.sync(LATE)
    fields, body = service.get(target, CSV_1, If_None_Match=tags[CSV_1])
    assert b"126776" in body and fields["ETag"] != tags[CSV_1]
    # What was asked for since is the difference, and nothing else.
    since = urllib.parse.quote(EARLY)
    _, body = service.get(f"{target}?updatedAfter={since}", CSV_2)
    assert body.count(b"126776") >= 1 and len(body.splitlines()) == 2, body[:500]


def check_DataValidatesAgainstTheSchemaOfTheService(service):
    need(VALIDATE, "the validator of SDMX-ML messages")
    official = os.environ.get("SDMX_XSD21") or VALIDATE.parent / "2.1"
    need(pathlib.Path(official) / "SDMXMessage.xsd", "the schema set of the standard (github.com/sdmx-twg/sdmx-ml, tag v2.1; SDMX_XSD21 names its folder)")
    for dataset in service.datasets():
        folder = service.folder / dataset
        folder.mkdir()
        schema = folder / "dsd.xsd"
        schema.write_bytes(service.get(f"/sdmx/v1/schema/dataflow/KREISLAUF/{dataset}/1.0")[1])
        (folder / "data.xml").write_bytes(service.get(f"/sdmx/v1/data/{dataset}", SPECIFIC)[1])
        validated(folder, schema)


def check_RReadsItWithItsOwnPackage(service):
    program = shutil.which("Rscript")
    need(program, "R")
    if subprocess.run([program, "-e", "library(rsdmx)"], capture_output=True, timeout=60).returncode != 0:
        need(None, "the R package rsdmx")
    script = f"""
library(rsdmx)
base <- "http://{service.address}/sdmx/v1"
flows <- as.data.frame(readSDMX(paste0(base, "/dataflow/all/all/latest/")))
stopifnot("{POPULATION}" %in% flows$id)
dsd <- readSDMX(paste0(base, "/datastructure/KREISLAUF/{POPULATION}/1.0/?references=children"))
ids <- slotNames(dsd)
for (type in c("", "{SPECIFIC}")) {{
  headers <- if (type == "") list() else list(Accept = type)
  data <- readSDMX(paste0(base, "/data/{POPULATION}/.03153..._T/all/"), headers = headers)
  frame <- as.data.frame(data)
  value <- if ("obsValue" %in% names(frame)) frame$obsValue else frame$OBS_VALUE
  time <- if ("obsTime" %in% names(frame)) frame$obsTime else frame$TIME_PERIOD
  stopifnot(as.numeric(value[time == "2024-12-31"]) == 126775)
}}
cat("read", nrow(frame), "\\n")
"""
    done = subprocess.run([program, "-e", script], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0 and "read" in done.stdout, done.stdout + done.stderr


def run_javascript(script, *words):
    """Runs it with the packages of tests/e2e/clients; it says "read" when all is well."""
    node = shutil.which("node")
    need(node, "node")
    environment = dict(os.environ, NODE_PATH=os.environ.get("NODE_PATH", str(SOURCE / "build/clients/node_modules")))
    packages = "require('sdmx-rest'), require('sdmx-json-parser'), require('jsonstat-toolkit'), require('avsc')"
    if subprocess.run([node, "-e", packages], capture_output=True, timeout=60, env=environment).returncode != 0:
        need(None, "the packages of tests/e2e/clients (fetch.py there; or NODE_PATH names their folder)")
    done = subprocess.run([node, "-e", script, *words], capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0 and "read" in done.stdout, done.stdout + done.stderr


def check_JavaScriptReadsTheCountyApiAsJsonStatAndAvro(service):
    run_javascript("""
const jsonstat = require('jsonstat-toolkit'), avro = require('avsc'), assert = require('assert');
const series = process.argv[1] + '/api/v1/series?dataset=' + process.argv[2] + '&area=03153&format=';
(async () => {
  const set = jsonstat(await (await fetch(series + 'jsonstat')).json());
  assert.deepStrictEqual([set.class, set.length], ['dataset', 6]);
  assert.deepStrictEqual(set.id.map(id => set.Dimension(id).label),
                         ['Gebiet', 'Merkmal', 'Einheit', 'Geschlecht', 'Zehnerpotenz der Einheit', 'Zeit']);
  assert.deepStrictEqual([set.role.geo, set.role.time, set.role.metric], [['AREA'], ['TIME_PERIOD'], ['MEASURE']]);
  const cell = set.Data({SEX: '_T', TIME_PERIOD: '2024-12-31'});
  assert.strictEqual(cell.value, 126775);
  const decoder = new avro.streams.BlockDecoder(), all = [];
  decoder.on('data', one => all.push(one));
  const ended = new Promise((yes, no) => { decoder.on('end', yes); decoder.on('error', no); });
  decoder.end(Buffer.from(await (await fetch(series + 'avro')).arrayBuffer()));
  await ended;
  const total = all.find(one => one.indicator.SEX === '_T').observations.at(-1);
  assert.deepStrictEqual([all.length, total.value.mantissa, total.value.scale, total.reason], [3, 126775, 0, null]);
  console.log('read');
})().catch(error => { console.error(error); process.exit(1); });
""", f"http://{service.address}", POPULATION)


def check_JavaScriptReadsItWithItsOwnClients(service):
    run_javascript("""
const sdmx = require('sdmx-rest'), {SDMXParser} = require('sdmx-json-parser');
const base = process.argv[1], flow = process.argv[2];
const v1 = sdmx.getService({url: base + '/sdmx/v1', api: 'v1.5.0'});
const v2 = sdmx.getService({url: base + '/sdmx/v2', api: 'v2.0.0'});
// It compares the type of the answer, as text, with the one it asked for.
const read = async (query, service, type) => {
  const answer = await sdmx.request2(query, service, type ? {headers: {accept: type}} : undefined);
  if (answer.status !== 200) throw new Error(answer.status + ' ' + answer.url);
  if (type) sdmx.checkMediaType(type, answer);
  return answer.text();
};
(async () => {
  const formats = sdmx.data.DataFormat, one = {flow: 'KREISLAUF,' + flow + ',1.0', key: '.03153..._T'};
  for (const name of ['SDMX_ML_2_1_GENERIC', 'SDMX_ML_2_1_STRUCTURE_SPECIFIC', 'SDMX_ML_2_1_GENERIC_TS',
                      'SDMX_ML_2_1_STRUCTURE_SPECIFIC_TS', 'SDMX_JSON_1_0_0_WD', 'SDMX_JSON_1_0_0', 'SDMX_CSV_1_0_0'])
    if (!(await read(sdmx.getDataQuery(one), v1, formats[name])).includes('126775')) throw new Error(name);
  for (const name of ['SDMX_ML_3_0_0', 'SDMX_JSON_2_0_0', 'SDMX_CSV_2_0_0'])
    if (!(await read(sdmx.getDataQuery2({context: 'dataflow=KREISLAUF:' + flow + '(1.0)', key: 'A.03153.*.*._T',
                                         filters: ['TIME_PERIOD=ge:2023+le:2025']}), v2, formats[name]))
        .includes('126775')) throw new Error(name);
  await read(sdmx.getMetadataQuery({resource: 'dataflow', agency: 'KREISLAUF', references: 'all'}), v1);
  await read(sdmx.getMetadataQuery({resource: 'datastructure', id: flow, references: 'descendants'}), v2);
  await read(sdmx.getAvailabilityQuery({flow: flow, key: '....M', component: 'AREA', mode: 'available'}), v1);
  await read(sdmx.getSchemaQuery({context: 'dataflow', id: flow, agency: 'KREISLAUF'}), v1);
  // The other one hangs format=jsondata on an address and takes the first structure of what comes.
  for (const address of ['/sdmx/v1/data/' + flow + '/.03153..._T?detail=full',
                         '/sdmx/v1/data/' + flow + '/.03153..._T?dimensionAtObservation=AllDimensions',
                         '/sdmx/v2/data/dataflow/KREISLAUF/' + flow + '/1.0/*.03153.*.*._T?attributes=obs']) {
    const parser = new SDMXParser();
    await parser.getDatasets(base + address, {headers: {'Accept-Language': 'de'}});
    const rows = parser.getData({TIME_PERIOD: ['2024-12-31']});
    if (rows.length !== 1 || rows[0].value !== 126775 || rows[0].AREA !== 'Goslar, Landkreis' ||
        rows[0].OBS_STATUS !== 'Wert ohne Einschränkung' || !parser.getName().startsWith('Bevölkerung'))
      throw new Error(address + JSON.stringify(rows));
  }
  // Each figure has its own marks: those of Schleswig-Holstein are rounded, those of Lower Saxony are not.
  for (const more of ['dimensionAtObservation=AllDimensions', 'detail=full']) {
    const parser = new SDMXParser();
    await parser.getDatasets(base + '/sdmx/v1/data/REGIO_21311-01-01-4-B/all?' + more, {headers: {'Accept-Language': 'de'}});
    const marks = area => [...new Set(parser.getData({AREA: [area]}).map(one => one.PROTECTION))].join();
    if (marks('Pinneberg, Kreis') !== 'auf Vielfache von 3 gerundet' || marks('Goslar, Landkreis') !== 'keines')
      throw new Error(more + ': ' + marks('Pinneberg, Kreis') + ', ' + marks('Goslar, Landkreis'));
  }
  console.log('read');
})().catch(error => { console.error(String(error)); process.exit(1); });
""", f"http://{service.address}", POPULATION)


def blocks(page):
    """(language, text, output) of the examples: a block, and the one of kind `text` behind it."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?", page, re.S | re.M)
    return [(kind, text, output) for kind, text, output in found if kind != "text"]


def check_ThePageWorksAsPrinted(service):
    page = PAGE.read_text(encoding="utf-8")
    ran = {"sh": 0, "python": 0, "r": 0}
    for kind, text, output in blocks(page):
        text = text.replace("127.0.0.1:8080", service.address)
        if kind == "sh" and "curl" in text:
            done = subprocess.run(["bash", "-ec", text], capture_output=True, text=True, cwd=service.folder, timeout=60)
        elif kind == "python":
            done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=service.folder,
                                  timeout=120)
            if "No module named" in done.stderr:
                print(f"not run, for {done.stderr.strip().splitlines()[-1]}")
                continue
        elif kind == "r":
            program = shutil.which("Rscript")
            if not program or subprocess.run([program, "-e", "library(rsdmx)"], capture_output=True).returncode:
                print("not run: an example in R, as R or its package rsdmx is not here")
                continue
            done = subprocess.run([program, "-e", text], capture_output=True, text=True, cwd=service.folder, timeout=120)
        else:
            continue
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        shown = done.stdout.replace("\r", "").replace(service.address, "127.0.0.1:8080")
        for line in output.splitlines():
            parts = [part.strip() for part in line.split("...") if part.strip()]
            assert all(part in shown for part in parts), f"{text}\nprints\n{shown[:3000]}\nwithout\n{line}"
        ran[kind] += 1
    assert ran["sh"] >= 8, ran
    print("ran", ran)


CHECKS = {name[6:]: check for name, check in list(globals().items()) if name.startswith("check_")}


def main(program, server, what):
    with tempfile.TemporaryDirectory(prefix="kreislauf-sdmx-") as folder:
        try:
            with Service(os.path.abspath(server), folder, os.path.abspath(program)) as service:
                CHECKS[what](service)
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

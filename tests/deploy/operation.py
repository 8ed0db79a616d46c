#!/usr/bin/env python3
"""What deploy/ ships for operators: does it fit the program and the tools it is for?

Usage   operation.py SOURCE_ROOT KREISLAUF SERVER CASE    exit 0 fine, 1 not, 77 skipped with the reason
        operation.py --list                               names of the cases, for CMake
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

SKIPPED = 77
# Numbers that others measure: Prometheus itself, and node_exporter.
FOREIGN = ("up", "node_systemd_unit_state")
# A unit above this exposes more than it needs (systemd-analyze security; 0 is nothing, 10 is everything).
HIGHEST_EXPOSURE = 2.0


class Skip(Exception):
    pass


def need(tool):
    found = shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise Skip(f"{tool} is not installed")
    return found


def run(*words, **options):
    return subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)


class Site:
    def __init__(self, root, kreislauf, server, place):
        self.root = pathlib.Path(root)
        self.kreislauf, self.server, self.place = kreislauf, server, pathlib.Path(place)

    def file(self, name):
        return (self.root / "deploy" / name).read_text(encoding="utf-8")

    def units(self):
        return sorted((self.root / "deploy/systemd").glob("kreislauf-*.*"))


def live_metrics(site):
    """Families of the real /metrics with their labels, after a few requests of every kind."""
    process = subprocess.Popen([site.server, "--store", str(site.place / "none"), "--listen", "127.0.0.1:0", "--log",
                                "none"], text=True, stdout=subprocess.PIPE)
    try:
        url = process.stdout.readline().split()[-1]
        for path in ("/healthz", "/readyz", "/api/v1/datasets", "/nothing", "/healthz"):
            try:
                urllib.request.urlopen(url + path, timeout=20).read()
            except urllib.error.HTTPError:
                pass
        text = urllib.request.urlopen(url + "/metrics", timeout=20).read().decode()
    finally:
        process.terminate()
        process.wait(timeout=30)
    families = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:4]
            for suffix in ("_bucket", "_sum", "_count") if kind == "histogram" else ("",):
                families[name + suffix] = set()
        elif line and not line.startswith("#"):
            name, _, labels = line.rpartition(" ")[0].partition("{")
            families[name] |= set(re.findall(r'([a-z_]+)="', labels))
    return families


def check_expressions(families, expressions):
    for expression in expressions:
        for name in re.findall(r"\b((?:kreislauf|node)_[a-z_]+|up)\b(?=[{ )\[,]|$)", expression):
            if name in FOREIGN:
                continue
            assert name in families, f"{name} is no number of /metrics; there are: {', '.join(sorted(families))}"
            for selector in re.findall(re.escape(name) + r"\{([^}]*)\}", expression):
                for label in re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", selector):
                    assert label == "job" or label in families[name], f"{name} has no label {label}: {expression}"
        for labels in re.findall(r"by \(([^)]*)\)", expression):
            for label in re.split(r"\s*,\s*", labels):
                assert any(label in each for each in families.values()), f"nothing has a label {label}: {expression}"


def the_dashboard_shows_what_metrics_has(site):
    families = live_metrics(site)
    dashboard = json.loads(site.file("monitoring/grafana.json"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(expressions) >= 10
    check_expressions(families, expressions)
    for name in families:
        assert any(name in each for each in expressions), f"no panel shows {name}"
    identities = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(identities)) == len(identities), "two panels have one id"


def alerts_are_about_what_metrics_has(site):
    families = live_metrics(site)
    text = site.file("monitoring/alerts.yaml")
    expressions = re.findall(r"expr: (?:>\n)?((?:.(?!\n\s+(?:for|labels):))*.)", text, re.S)
    assert len(expressions) == text.count("- alert:"), expressions
    check_expressions(families, expressions)
    assert text.count("next_step:") == len(expressions), "an alert without a next step"
    for command in re.findall(r"(kreislauf-[a-z]+)(?:\.service|\.timer)?[ ;]", text):
        assert any(unit.stem == command for unit in site.units()), f"there is no unit {command}"
    promtool = shutil.which("promtool")
    if promtool:
        checked = run(promtool, "check", "rules", str(site.root / "deploy/monitoring/alerts.yaml"))
        assert checked.returncode == 0, checked.stdout


def installed_units(site):
    """The units with the programs of this build in the place of the installed ones, for systemd-analyze."""
    place = site.place / "units"
    place.mkdir()
    for unit in site.units():
        text = unit.read_text(encoding="utf-8").replace("/usr/bin/kreislauf", site.kreislauf)
        text = text.replace("/usr/libexec/kreislauf/kreislauf-server", site.server)
        # The page is installed with the package.
        (place / unit.name).write_text(re.sub(r"(?m)^Documentation=.*\n", "", text), encoding="utf-8")
    return sorted(place.iterdir())


def units_are_sound(site):
    analyze = need("systemd-analyze")
    units = installed_units(site)
    assert len(units) >= 5
    checked = run(analyze, "verify", "--man=no", *map(str, units))
    text = "\n".join(line for line in checked.stdout.splitlines() if "kreislauf" in line)
    assert not text, text


def services_expose_little(site):
    analyze = need("systemd-analyze")
    for unit in installed_units(site):
        if unit.suffix != ".service":
            continue
        checked = run(analyze, "security", "--offline=true", "--no-pager", f"--threshold={HIGHEST_EXPOSURE * 10:.0f}",
                      str(unit))
        if "Unknown" in checked.stdout or "unrecognized" in checked.stdout:
            raise Skip("this systemd-analyze knows no --offline")
        assert checked.returncode == 0, checked.stdout
        text = unit.read_text(encoding="utf-8")
        for line in ("User=kreislauf", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "ProtectSystem=strict"):
            assert line in text, f"{unit.name} lacks {line.strip()}"


def nginx_takes_its_example(site):
    nginx, openssl = need("nginx"), need("openssl")
    made = run(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "2", "-keyout",
               str(site.place / "key.pem"), "-out", str(site.place / "cert.pem"))
    assert made.returncode == 0, made.stdout
    example = site.file("proxy/nginx.conf")
    example = re.sub(r"/etc/ssl/certs/\S+;", f"{site.place}/cert.pem;", example)
    example = re.sub(r"/etc/ssl/private/\S+;", f"{site.place}/key.pem;", example)
    (site.place / "nginx.conf").write_text(
        f"pid {site.place}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{example}\n}}\n",
        encoding="utf-8")
    checked = run(nginx, "-t", "-c", str(site.place / "nginx.conf"), "-p", str(site.place))
    assert checked.returncode == 0, checked.stdout


def caddy_takes_its_example(site):
    checked = run(need("caddy"), "validate", "--adapter", "caddyfile", "--config",
                  str(site.root / "deploy/proxy/Caddyfile"), env={**os.environ, "HOME": str(site.place)})
    assert checked.returncode == 0, checked.stdout


def the_log_rotates(site):
    logrotate = need("logrotate")
    text = site.file("debian/logrotate")
    log = site.place / "access.log"
    log.write_text("one line\n", encoding="utf-8")
    # As the user of this test: there is no kreislauf here.
    text = re.sub(r"(?m)^\s*(su|create) .*\n", "", text.replace("/var/log/kreislauf/access.log", str(log)))
    (site.place / "rotate").write_text(text, encoding="utf-8")
    (site.place / "rotate").chmod(0o644)
    site.place.chmod(0o755)
    done = run(logrotate, "--force", "--state", str(site.place / "state"), str(site.place / "rotate"))
    assert done.returncode == 0, done.stdout
    assert (site.place / "access.log.1").exists(), done.stdout


def the_shipped_configuration_names_no_source(site):
    """Nothing is fetched before somebody has decided what; with its example switched on it is sound."""
    text = site.file("debian/kreislauf.toml")
    assert not re.search(r"(?m)^\s*[^#\s]", text), "the shipped configuration is not all comments"
    example = text[text.index("# [[source]]"):]
    (site.place / "kreislauf.toml").write_text(re.sub(r"(?m)^# ?", "", example), encoding="utf-8")
    checked = run(site.kreislauf, "--store", str(site.place / "store"), "--json", "doctor", "--config",
                  str(site.place / "kreislauf.toml"))
    found = [each for each in json.loads(checked.stdout)["symptoms"] if each["topic"] == "configuration"]
    assert [each["health"] for each in found] == ["well"], found


def the_package_holds_what_it_should(site):
    need("dpkg-shlibdeps")
    build = pathlib.Path(site.server).resolve().parents[2]
    made = subprocess.run([str(site.root / "deploy/package.sh")], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False,
                          env={**os.environ, "KREISLAUF_BUILD": str(build), "KREISLAUF_LEVEL": "0",
                               "KREISLAUF_PACKAGE": str(site.place / "package")})
    assert made.returncode == 0, made.stdout + made.stderr
    package = made.stdout.split()[-1]
    listed = run("dpkg", "--contents", package).stdout
    files = {line.split()[5].lstrip("."): line.split()[:2] for line in listed.splitlines()}
    for name in ("/usr/bin/kreislauf", "/usr/libexec/kreislauf/kreislauf-server",
                 "/usr/share/kreislauf/mappings/units.toml", "/usr/share/kreislauf/schemas/mapping/checked.txt",
                 "/usr/share/man/man1/kreislauf.1.gz", "/usr/share/doc/kreislauf/operation.md",
                 "/usr/share/doc/kreislauf/examples/sample/kreislauf.toml", "/usr/lib/sysusers.d/kreislauf.conf",
                 "/usr/lib/tmpfiles.d/kreislauf.conf", "/etc/kreislauf/kreislauf.toml", "/etc/logrotate.d/kreislauf",
                 *(f"/usr/lib/systemd/system/{unit.name}" for unit in site.units())):
        assert name in files, f"{name} is not in the package:\n{listed}"
    for name, (mode, owner) in files.items():
        assert owner == "root/root" and mode[5] != "w" and mode[8] != "w", f"{mode} {owner} {name}"
    fields = run("dpkg-deb", "--field", package).stdout
    for word in ("libcurl4", "libc6", "ca-certificates"):
        assert word in fields, f"{word} is no dependency:\n{fields}"
    if shutil.which("lintian"):
        # Libraries are linked as archives on purpose (docs/architecture.md, start-up).
        found = run("lintian", "--fail-on", "error", "--suppress-tags", "embedded-library", package)
        assert found.returncode == 0, found.stdout


def doctor(site, configuration, wanted):
    (site.place / "doctor.toml").write_text(configuration, encoding="utf-8")
    done = subprocess.run([site.kreislauf, "--store", str(site.place / "store"), "--json", "doctor", "--config",
                           str(site.place / "doctor.toml")], text=True, stdout=subprocess.PIPE, check=False)
    found = json.loads(done.stdout)
    worst = max((each["health"] for each in found["symptoms"]), key=["well", "attention", "broken"].index)
    assert found["health"] == worst and done.returncode == ["well", "attention", "broken"].index(worst), done.stdout
    for each in found["symptoms"]:
        assert (each["health"] == "well") == (each["next_step"] == ""), each
    assert any(wanted in each["text"] for each in found["symptoms"]), f"{wanted!r} is not in {done.stdout}"
    return [each for each in found["symptoms"] if wanted in each["text"]][0]["health"]


def the_doctor_names_what_is_wrong(site):
    sound = '[[source]]\nid = "a"\nservice = "genesis"\ntables = ["61111-0021"]\n'
    assert doctor(site, sound, "1 sources, 1 tables") == "well"
    assert doctor(site, sound + "tabels = 1\n", "doctor.toml:5:") == "broken"
    assert doctor(site, sound.replace("genesis", "nowhere"), "nowhere") == "broken"
    assert doctor(site, sound + 'url = "directory:gone"\n', "gone") == "broken"
    with_file = sound + 'credentials_file = "secret"\n'
    secret = site.place / "secret"
    assert doctor(site, with_file, "secret") == "broken"
    secret.write_text("user\npassword\n", encoding="utf-8")
    secret.chmod(0o644)
    assert doctor(site, with_file, "can be read by others") == "broken"
    secret.chmod(0o600)
    assert doctor(site, with_file, "user and password") == "well"
    secret.write_text("a\nb\nc\n", encoding="utf-8")
    assert doctor(site, with_file, "secret") == "broken"
    assert "password" not in run(site.kreislauf, "doctor", "--config", str(site.place / "doctor.toml")).stdout.replace(
        "user and password", "")


def the_doctor_knows_changed_mappings(site):
    data = site.place / "data"
    for folder in ("mappings", "schemas"):
        shutil.copytree(site.root / folder, data / folder)
    os.environ["KREISLAUF_DATA"] = str(data)
    sound = '[[source]]\nid = "a"\nservice = "genesis"\ntables = ["61111-0021"]\n'
    assert doctor(site, sound, "files looked at") == "well"
    units = data / "mappings/units.toml"
    units.write_text(units.read_text(encoding="utf-8") + "\n# ours\n", encoding="utf-8")
    assert doctor(site, sound, "units.toml is not the one that was shipped") == "attention"
    # Of many that differ, as after an upgrade by half, some are named and the others counted.
    for name in ("time.toml", "measures.toml", "services.toml", "variables/areas.toml"):
        path = data / "mappings" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n# ours\n", encoding="utf-8")
    assert doctor(site, sound, "the same holds for ") == "attention"
    units.write_text("nonsense = 1\n", encoding="utf-8")
    assert doctor(site, sound, "units.toml") == "broken"
    units.unlink()
    assert doctor(site, sound, "units.toml is not there") == "broken"


CASES = {"".join(word.capitalize() for word in function.__name__.split("_")): function for function in (
    the_dashboard_shows_what_metrics_has, alerts_are_about_what_metrics_has, units_are_sound, services_expose_little,
    nginx_takes_its_example, caddy_takes_its_example, the_log_rotates, the_shipped_configuration_names_no_source,
    the_package_holds_what_it_should,
    the_doctor_names_what_is_wrong, the_doctor_knows_changed_mappings)}


def main(root, kreislauf, server, case):
    with tempfile.TemporaryDirectory(prefix="kreislauf-deploy-") as place:
        try:
            CASES[case](Site(root, kreislauf, server, place))
        except Skip as reason:
            print(f"skipped: {reason}")
            return SKIPPED
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(CASES), end="")
    elif len(sys.argv) == 5:
        sys.exit(main(*sys.argv[1:]))
    else:
        sys.exit(__doc__)

"""The sections of docs/benchmarks.md on subscriptions and the feed, from their programs; report.py calls this."""
import datetime
import os
import pathlib
import subprocess

SUBSCRIPTIONS = ("## Subscriptions (goals: one release to 2,000 subscriptions with 5 % dead and 5 % slow receivers: first within "
                 "1 s, last good one within 60 s)")
FEED = "## The feed (goals: 100 pages of 100 entries per second, 2,000 cursors, ten million entries in the log)"
RUNS = 3
PAGES = (("everything", "page_of_everything"), ("a county and its municipalities", "page_of_a_county"),
         ("a county with 32 entries in the whole log", "page_of_a_quiet_county"),
         ("an area without entries", "page_where_nothing_is"))


def measured(*command):
    """Lines "name value [unit]" of a program, the last word on each name."""
    lines = subprocess.run([str(part) for part in command], check=True, text=True, capture_output=True).stdout.splitlines()
    return {parts[0]: float(parts[1]) for parts in map(str.split, lines) if len(parts) >= 2}


def table(out, head, rows):
    out.append("| " + " | ".join(head) + " |")
    out.append("|" + " --- |" * len(head))
    out.extend("| " + " | ".join(row) + " |" for row in rows)
    out.append("")


def today():
    return f"{datetime.date.today():%d.%m.%Y}, {os.cpu_count()} cores"


def subscriptions(out, build):
    runs = [measured(build / "tests/bench/subscribe/subscribe_bench") for _ in range(RUNS)]

    def row(words, name, unit, digits=2):
        return [words] + [f"{run[name]:.{digits}f}{unit}" for run in runs]

    out += [SUBSCRIPTIONS, "",
            f"`tests/bench/subscribe`, {today()}. A release revises 8,000 series (20 indicators x 400 counties); 2,000 webhooks "
            "on 2,000 addresses of the loopback, five per county; 100 answer after 10 s, 50 refuse the connection, 50 never "
            "answer. Times are from the end of the commit; the receivers are a process of their own.", ""]
    table(out, ["figure"] + [f"run {number}" for number in range(1, RUNS + 1)],
          [row("first message", "subscribe.first", " s"),
           row(f"last of {runs[0]['subscribe.good']:.0f} good receivers".replace("1800", "1,800"), "subscribe.last_good", " s"),
           row("all but the dead taken and settled, the slow ones too", "subscribe.all_but_dead", " s", 1),
           row("cpu of the dispatcher", "subscribe.cpu", " s"),
           row("load average before", "subscribe.load_average_before", "", 1)])
    out += ["The cpu of a message holds its signature, its connection and three durable steps in the ledger, which are written "
            "many together.", ""]


def feed(out, build, data):
    folder = pathlib.Path(data) / "feed"
    folder.mkdir(parents=True, exist_ok=True)
    program = build / "tests/bench/feed/feed_bench"
    measured(program, folder)  # makes the store where there is none; the second run has it warm
    run = measured(program, folder)
    out += [FEED, "",
            f"`tests/bench/feed`, {today()}, load average {run['load_average']:.1f}, second run on a warm store of "
            f"{run['bytes_of_the_store'] / 1e6:.0f} MB with {run['entries']:,.0f} entries: time of the processor, per page of 100 "
            "entries with a new reader ([feed.md](feed.md#speed)).", ""]
    rows = [[words, f"{run[name + '_cpu_p50']:.3f}", f"{run[name + '_cpu_p99']:.3f}", f"{run[name + '_per_cpu_second']:.0f}"]
            for words, name in PAGES]
    rows.append(["2,000 followers of 400 counties, through the service", "", "", f"{run['followers_per_cpu_second']:.0f}"])
    table(out, ["page", "cpu ms p50", "cpu ms p99", "pages per cpu second"], rows)
    out += [f"By the clock the followers got {run['followers_per_second']:.0f} pages of {run['followers_page'] / 1e3:.0f} kB per "
            f"second from one thread. The hash of the state of a county took {run['state_of_a_county_cpu']:.1f} ms, in the middle "
            f"of the log {run['state_in_the_middle_cpu']:.1f} ms.", ""]


def write(out, build, data):
    subscriptions(out, build)
    feed(out, build, data)


def replaced(page, sections):
    """The page with these sections in place of those that begin with the same words; new ones at its end."""
    parts = ("\n" + page).split("\n## ")
    kept = [parts[0].lstrip("\n")] + ["## " + part for part in parts[1:]]
    topic = lambda text: text.split("\n", 1)[0].split(" (")[0]  # noqa: E731
    for section in sections:
        places = [i for i, part in enumerate(kept) if topic(part) == topic(section)]
        if places:
            kept[places[0]] = section
        else:
            kept.append(section)
    return "\n\n".join(part.strip("\n") for part in kept) + "\n"

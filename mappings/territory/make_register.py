#!/usr/bin/python3
"""Makes events.csv, parts.csv and nuts3.csv from the official lists.

usage: make_register.py FOLDER     FOLDER holds the lists as CSV (docs/territory.md, sources)

The facts are those of the official lists (Destatis, Namens-, Grenz- und Schlüsseländerungen, 1990 to 2024;
Gemeindeverzeichnis, register extracts). Municipal rows are followed through every change, so that a county that was
divided is known by its parts. Where only the moved inhabitants are known (TRANSFERS), the parts carry no figures;
which of the possible paths were taken is decided by the pairs of old and new county that the Laufende
Raumbeobachtung of BBSR names for each 31 December. No share and no count of BBSR goes into the files.
"""
import collections
import csv
import pathlib
import sys

# Moves of inhabited land between counties in lists whose municipal rows are not at hand: event, old, new, persons.
# A date of four digits is a year: the day is in the list, but not known here.
TRANSFERS = """
1992 14/1992/0015 14048 14021 189
1993 14/1993/0006 14026 14044 554
1993 14/1993/0008 14037 14004 607
1993 14/1993/0026 14013 14046 342
1993 14/1993/0033 14054 14006 127
1994 14/1994/0009 14042 14045 156
1994 14/1994/0019 14045 14005 122
1994 14/1994/0024 14046 14045 1097
1994 14/1994/0033 14015 14014 483
1994 14/1994/0037 14038 14014 207
1994 14/1994/0047 14035 14015 633
1994 14/1994/0053 14039 14017 321
1994 14/1994/0086 14024 14032 253
1994 14/1994/0092 14017 14025 867
1994 14/1994/0100 14038 14029 207
1994 14/1994/0104 14048 14030 292
1994 14/1994/0110 14027 14030 1089
1994 14/1994/0128 14034 14035 102
1994 14/1994/0141 14029 14038 639
1994 14/1994/0175 14031 14047 268
1994 14/1994/0183 14044 14050 332
1994 14/1994/0186 14015 14050 626
1994 14/1994/0204 14018 14057 1876
1994 14/1994/0212 14036 14013 216
1994 14/1994/0220 14029 14003 1846
1994 14/1994/0228 14035 14015 468
1994 14/1994/0236 14057 14018 25
1994 14/1994/0266 14027 14030 357
1994 14/1994/0271 14047 14031 155
1994 14/1994/0285 14029 14038 643
1994 14/1994/0317 14032 14048 251
1994 14/1994/0329 14024 14057 786
1994 14/1994/0330 14018 14001 1224
1994 15/1994/0006 15320 15325 186
1994-07-01 15/1994/0012 15338 15303 870
1995 14/1995/0003 14079 14065 399
1996 14/1996/0004 14177 14161 39
1996 14/1996/0009 14178 14166 555
1996 14/1996/0026 14284 14292 46
1996 14/1996/0035 14292 14264 1130
1996 14/1996/0048 14193 14167 578
1996 14/1996/0054 14379 14365 11
1996 14/1996/0065 14379 14365 631
1996 14/1996/0066 14379 14182 490
1996 14/1996/0070 14193 14167 2073
1997 14/1997/0005 14181 14161 1801
1997 14/1997/0005 14188 14161 5234
1997 14/1997/0011 14280 14262 388
1997 14/1997/0024 14383 14379 2
1997 14/1997/0046 14181 14177 8
1997 14/1997/0047 14280 14262 5297
1997 14/1997/0049 14379 14365 1757
1998 14/1998/0019 14292 14284 191
1998 14/1998/0020 14292 14264 2
1998 14/1998/0028 14286 14272 12
1998 14/1998/0034 14292 14264 653
1998 14/1998/0035 14379 14365 168
1999 14/1999/0012 14173 14161 11465
1999 14/1999/0012 14182 14161 4534
1999 14/1999/0020 14178 14166 5907
1999 14/1999/0061 14193 14167 6507
1999 14/1999/0076 14280 14262 3869
1999 14/1999/0076 14287 14262 11175
1999 14/1999/0076 14292 14262 9030
1999 14/1999/0076 14290 14262 243
1999 14/1999/0081 14284 14263 1970
1999-01-01 14/1999/0117 14374 14365 7
1999-01-01 14/1999/0117 14379 14365 51246
1999 14/1999/0127 14379 14374 626
1999 14/1999/0129 14379 14383 2776
1999 14/1999/0146 14166 14178 1169
2000-01-01 14/2000/0041 14379 14365 4309
2000-01-01 14/2000/0041 14379 14374 1934
2001 15/2001/0004 15355 15303 1244
2004 15/2004/0032 15265 15261 3341
2005 14/2005/0006 14292 14272 407
2005 15/2005/0001 15151 15101 2094
2005 15/2005/0002 15151 15358 1734
2005 15/2005/0008 15159 15154 296
2009 stba/2009/0068-R 06635 05958 24
2011 08/2011/0001-R 08415 08425 120
1997 - 14280 14290 -
2012-01-01 - 07231 07235 -
2014-07-01 - 07135 07140 -
2019 14/2019/0006-R 14511 14521 2
2026-01-01 - 06435 06415 -
"""
# Länder whose municipal rows are at hand.
KNOWN = {"03", "05", "09", "12", "13", "16"}
# The list of 1992 names the county of 1994 for four municipalities that merged into Milda.
TOO_EARLY = {("16074", "1992-04-01"): "1994-07-01"}
# BBSR shows them a year early, or although the change was before the day.
BBSR_EARLY = {(1995, "14264"), (1997, "16056")}
SNAPSHOTS = ["1991-01-01", "1994-12-31", "2002-12-31", "2005-12-31", "2009-12-31", "2013-12-31", "2017-12-31",
             "2021-12-31", "2023-12-31"]
FIRST = "1990-01-01"
TYPES = {"1": "dissolution", "2": "transfer", "3": "key", "4": "name", "3+4": "key+name", "": "formation"}


def day_of(text):
    return text if len(text) == 10 else text + "-01-01"


def rows(name):
    with open(pathlib.Path(sys.argv[1]) / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Facts:
    def __init__(self):
        self.county_rows = rows("events_kreise_1990_2024.csv")
        self.counties = [r for r in self.county_rows if r["unit"] == "Kreis"]
        self.municipal = [r for r in rows("events_gemeinden_a.csv") if r["ags_old"] and r["change_type"] != "4"]
        self.pairs = collections.defaultdict(set)
        for r in rows("kreise_2020.csv"):
            self.pairs[int(r["year"])].add((r["ags_old"], r["ags_new"]))
        self.register = collections.defaultdict(dict)
        for r in rows("gemeinden_register_a.csv"):
            day = self.register[r["gebietsstand"]]
            people, area = day.get(r["ags"], (0, 0))
            day[r["ags"]] = (people + int(r["pop_total"] or 0), area + round(float(r["area_km2"] or 0) * 1e6))
        self.lives = []
        with open(pathlib.Path(__file__).parent / "counties.csv", encoding="utf-8") as file:
            for line in file:
                if line[0] != "#":
                    self.lives.append(line.rstrip("\n").split(";"))
        self.events = collections.defaultdict(lambda: collections.defaultdict(lambda: collections.defaultdict(list)))
        for r in self.municipal:
            self.events[r["date_legal"]][r["event_id"]][r["ags_old"]].append(
                (r["ags_new"], int(r["pop"] or 0), int(r["area_m2"] or 0), r["change_type"]))
        self.transfers = [line.split() for line in TRANSFERS.split("\n") if line]
        # day -> old -> set of new, for counties as a whole
        self.steps = collections.defaultdict(lambda: collections.defaultdict(set))
        for r in self.counties:
            if r["key_old"] and r["key_old"] != r["key_new"]:
                self.steps[r["date_legal"]][r["key_old"]].add(r["key_new"])
        self.whole = {(d, a) for d in self.steps for a in self.steps[d]}
        for date, _, old, new, _ in self.transfers:
            day = day_of(date)
            if old[:2] not in KNOWN:
                self.steps[day][old].add(new)
                if (day, old) not in self.whole:
                    self.steps[day][old].add(old)

    def keys_on(self, day):
        return sorted({k for k, _, first, last, _ in self.lives if (not first or first <= day) and (not last or day <= last)})


def share_rows(old, moved, people, area):
    """(new, share of people, share of area) of one municipality's change."""
    whole = [r for r in moved if r[3] != "2"]
    partial = [r for r in moved if r[3] == "2" and r[0] != old]
    remainder = [r for r in moved if r[3] == "2" and r[0] == old]
    if (len(moved) == 1 and not partial) or (whole and not partial and all(r[3] in ("3", "3+4") for r in whole)):
        return [(moved[0][0], 1, 1)]
    if partial and not whole and not remainder:
        moved = moved + [(old, max(people - sum(r[1] for r in partial), 0), max(area - sum(r[2] for r in partial), 0), "2")]
    all_people = sum(r[1] for r in moved)
    all_area = sum(r[2] for r in moved)
    result = []
    for new, p, a, _ in moved:
        by_area = a / all_area if all_area else 1 / len(moved)
        by_people = p / all_people if all_people else by_area
        result.append((new, by_people, by_area if all_area else by_people))
    return result


def moved_to(path, key, day):
    day = TOO_EARLY.get((key, day), day)
    return path if path[-1][0] == key else path + ((key, day),)


def trace(facts, start):
    """{path: [people, area]} of the Länder whose municipalities are known; path = ((key, day), ...)."""
    now = collections.defaultdict(list)
    for key, (people, area) in facts.register[start].items():
        now[key].append((people, area, ((key[:5], ""),)))
    for day in sorted(set(facts.events) | set(facts.steps)):
        if day <= start:
            continue
        for event in sorted(facts.events.get(day, {})):
            coming = collections.defaultdict(list)
            for old, moved in facts.events[day][event].items():
                parts = now.pop(old, [])
                for new, p, a in share_rows(old, moved, sum(x[0] for x in parts), sum(x[1] for x in parts)):
                    for people, area, path in parts:
                        coming[new].append((people * p, area * a, moved_to(path, new[:5], day)))
            for key, parts in coming.items():
                sums = collections.defaultdict(lambda: [0, 0])
                for people, area, path in now[key] + parts:
                    sums[path][0] += people
                    sums[path][1] += area
                now[key] = [(v[0], v[1], path) for path, v in sums.items()]
        # What left for a Land without municipal rows goes on with its county.
        for key in list(now):
            following = facts.steps[day].get(key[:5]) if key[:2] not in KNOWN and day in facts.steps else None
            if following and len(following) == 1:
                new = next(iter(following))
                now[key] = []if new == key[:5] else now[key]
                parts = now.pop(key)
                now[new + key[5:] + "*" + key] += [(p, a, moved_to(path, new, day)) for p, a, path in parts]
    sums = collections.defaultdict(lambda: [0, 0])
    for parts in now.values():
        for people, area, path in parts:
            sums[path][0] += people
            sums[path][1] += area
    # BBSR and the lists until 2006 know inhabited land only; uninhabited moves stay events.
    return {path: v for path, v in sums.items() if v[0] >= 0.5}


def key_at(path, day):
    return [k for k, d in path if d <= day][-1]


def possible(facts, start):
    """Paths of the other Länder that agree with the pairs of every 31 December."""
    paths = [((k, ""),) for k in facts.keys_on(start) if k[:2] not in KNOWN]
    for day in sorted(facts.steps):
        if day <= start:
            continue
        following = facts.steps[day]
        paths = [moved_to(path, new, day) for path in paths for new in sorted(following.get(path[-1][0], {path[-1][0]}))]
        paths = list(dict.fromkeys(paths))
        if day > "2020-12-31":
            continue
    years = [y for y in range(1990, 2020) if f"{y}-12-31" >= start]
    return [p for p in paths if all((key_at(p, f"{y}-12-31"), key_at(p, "2020-12-31")) in facts.pairs[y] for y in years
                                    if (y, key_at(p, f"{y}-12-31")) not in BBSR_EARLY and
                                    not (y == 1995 and key_at(p, "1996-01-01") == "14264"))]


def parts_at(facts, start):
    if start != FIRST:
        parts = trace(facts, start)
        parts.update({p: None for p in possible(facts, start)})
        return parts
    parts = trace(facts, "1991-01-01")
    parts[(("12034", ""), ("11000", "1990-10-03"))] = [3920, 5320000]
    parts.update({p: None for p in possible(facts, FIRST)})
    return parts


def write(name, head, lines):
    with open(pathlib.Path(__file__).parent / name, "w", encoding="utf-8") as file:
        file.write(head + "".join(line + "\n" for line in lines))


def main():
    facts = Facts()
    all_parts = {start: parts_at(facts, start) for start in [FIRST] + SNAPSHOTS}

    # parts: only counties that ever meet a change after the day
    lines = []
    for start, parts in all_parts.items():
        entered = {(k) for path in parts if len(path) > 1 for k, _ in path}
        order = sorted(p for p in parts if len(p) > 1 or p[0][0] in entered)
        for path in order:
            text = path[0][0] + "".join(f">{k}@{d}" for k, d in path[1:])
            figures = parts[path]
            lines.append(f"{start};{text};" + (f"{round(figures[0])};{round(figures[1])}" if figures else ";"))
    write("parts.csv", """# Parts of counties with one history each: since;path;population;area_m2
# origin: followed municipality by municipality through Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV-ISys, Namens-, Grenz- und Schlüsseländerungen, yearly lists 1990 to 2024, from the population and area of its register extracts; made by make_register.py
# date: 2026-01-01
# path = KEY>KEY@DAY...: the county on the day `since`, then each county the part came to and the first day there. Population and area are those of the
# register of `since` (1991-01-01 for 1990-01-01). Empty: the register of that Land is not in the project; which paths exist is known, not how large they are.
# Counties that meet no change after `since` are left out. Land without inhabitants is left out: see events.csv.
""", lines)

    # events
    measured = {}
    starts = list(all_parts)
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else "9999"
        for path, figures in all_parts[start].items():
            for (old, _), (new, day) in zip(path, path[1:]):
                if figures and start < day <= end:
                    sums = measured.setdefault((day, old, new), [0, 0, start])
                    sums[0] += figures[0]
                    sums[1] += figures[1]
    out = []
    seen = set()
    levels = {"Kreis": "county", "Land": "land", "Regierungsbezirk": "region", "Region": "region"}
    successors = collections.defaultdict(set)
    for r in facts.counties:
        successors[(r["date_legal"], r["key_old"])].add(r["key_new"])
    for r in facts.county_rows:
        old, new, day = r["key_old"], r["key_new"], r["date_legal"]
        figures = measured.get((day, old, new)) if len(successors[(day, old)]) > 1 else None
        seen.add((day, old, new))
        out.append((day, r["event_id"], levels[r["unit"]], TYPES[r["change_type"]], old, r["name_old"], new, r["name_new"], day,
                    r["date_stat"], str(round(figures[1])) if figures else "", str(round(figures[0])) if figures else "",
                    figures[2] if figures else ""))
    names = {}
    for key, name, first, last, _ in facts.lives:
        names[(key, first)] = (name, first, last)

    def name_on(key, day):
        for (k, _), (name, first, last) in names.items():
            if k == key and (not first or first <= day) and (not last or day <= last):
                return name
        return next((n for (k, _), (n, _, _) in names.items() if k == key), "")

    def before(day):
        import datetime
        return str(datetime.date.fromisoformat(day) - datetime.timedelta(days=1))

    moved = {}
    for r in facts.municipal:
        old, new, day = r["ags_old"][:5], r["ags_new"][:5], r["date_legal"]
        day = TOO_EARLY.get((new, day), day)
        if not new or old == new or (day, old, new) in seen or (day, old) in facts.whole and day == "1994-07-01":
            continue
        entry = moved.setdefault((day, old, new), [set(), r["date_stat"], 0, 0, True])
        entry[0].add(r["event_id"])
        entry[2] += int(r["pop"] or 0)
        entry[3] += int(r["area_m2"] or 0)
        entry[4] = entry[4] and bool(r["area_m2"])
    for (day, old, new), (ids, stat, people, area, listed) in moved.items():
        figures = None if listed else measured.get((day, old, new))
        kind = "transfer"
        if not listed:
            people, area = ("", "") if not figures else (round(figures[0]), round(figures[1]))
        out.append((day, "+".join(sorted(ids)), "county", kind, old, name_on(old, before(day)), new, name_on(new, day), day, stat,
                    str(area), str(people), "list" if listed else (figures[2] if figures else "")))
    for date, event, old, new, people in facts.transfers:
        day = day_of(date)
        if (day, old, new) in seen and day == date:
            continue
        out.append((day, "" if event == "-" else event, "county", "transfer", old, name_on(old, before(day)), new, name_on(new, day), date, date,
                    "", "" if people == "-" else people, "" if people == "-" else "list"))
    out.sort()
    out = [tuple(f.replace(";", "+") for f in r) for r in out]
    write("events.csv", """# Changes of Länder, regions and counties since 1990: event;level;type;old_key;old_name;new_key;new_name;legal;statistical;area_m2;population;figures
# origin: Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV-ISys: Namens-, Grenz- und Schlüsseländerungen, yearly lists 1990 to 2024; the split of 06435 (Hanau, 06415) on 2026-01-01 is not in these lists yet: to be confirmed with the list of 2026; made by make_register.py
# date: 2026-01-01
# type: dissolution (into each new key named), transfer (a part moves, the rest stays), key, name, key+name, formation. A date of four digits is a year
# whose day is not known here: it counts from 1 January. area_m2 and population: of what moved; figures says whose they are: `list` = the change list's own,
# a day = the register of that day added up over the municipalities that moved.
""", [";".join(r[1:]) for r in out])

    # NUTS 2024 gave new codes to the Thuringian counties whose land changed in 2019 and 2021, and left all others.
    codes_2024 = {"16054": "DEG0S", "16063": "DEG0R", "16066": "DEG0Q", "16070": "DEG0T", "16072": "DEG0V", "16073": "DEG0U"}
    nuts = [f"{r['ags5']};{r['nuts3']};2021;{2021 if r['ags5'] in codes_2024 else 2024}" for r in rows("kreise_nuts3_2021.csv")]
    nuts += [f"{key};{code};2024;2024" for key, code in codes_2024.items()]
    nuts += ["03152;DE915;;2013", "03156;DE919;;2013", "07135;DEB16;;2013", "07140;DEB19;;2013", "03159;DE91C;2016;2016",
             "07135;DEB1C;2016;2016", "07140;DEB1D;2016;2016", "16056;DEG0N;2021;2021"]
    write("nuts3.csv", """# NUTS-3 codes of counties: key;code;first_version;last_version
# origin: Statistisches Bundesamt (Destatis), districts on 31 December 2021 with NUTS-3 (version NUTS 2021); Eurostat, amendments NUTS 2016 (DE91C, DEB1C, DEB1D) and NUTS 2024 (DEG0Q to DEG0V; second-hand: to be confirmed with the table of Eurostat)
# date: 2026-11-26
# Versions both inclusive: 2003 2006 2010 2013 2016 2021 2024; empty first = before the first one known. One code can cover more land without changing: DEG0P
# includes Eisenach (DEG0N) since 2021-07-01. Codes of other versions are not listed: no statement. 06415 (2026) has no code of NUTS 2024.
""", sorted(nuts))


main()

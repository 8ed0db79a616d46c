#!/usr/bin/env python3
"""Verifies receipts of a gateway with nothing but Python's standard library.

    verify_receipts.py --key receipt.pub quittung.json                         is it genuine?
    verify_receipts.py --key receipt.pub quittung.json --file lieferung.csv    and for this very file?
    verify_receipts.py --key receipt.pub --chain receipts.jsonl [--head receipts.head] [--store store.sqlite]
    verify_receipts.py --self-test                                             the vectors of RFC 8032

Exit codes: 0 genuine and whole, 1 not, 2 that cannot be told (a file is missing, wrong arguments).
The form of a receipt is described in docs/receipts.md; Ed25519 is RFC 8032, section 5.1.
"""
import argparse
import base64
import binascii
import hashlib
import json
import re
import sqlite3
import sys

# ---- Ed25519 (RFC 8032): points in extended coordinates (x, y, z, x*y) modulo P.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    s, t, u, v = f - e, h - g, h + g, f + e
    return s * t % P, u * v % P, t * u % P, s * v % P


def times(factor, point):
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result


def point_from(text):
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def has_signed(key, message, signature):
    if len(signature) != 64:
        return False
    a, r, s = point_from(key), point_from(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


VECTORS = [  # public key, message, signature
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"),
]


def self_test():
    for vector in VECTORS:
        key, message, signature = (bytes.fromhex(text) for text in vector)
        if not has_signed(key, message, signature):
            return "a vector of RFC 8032 does not verify"
        if has_signed(key, message + b"x", signature):
            return "a changed message verifies"
        for i in range(len(signature)):
            if has_signed(key, message, signature[:i] + bytes([signature[i] ^ 1]) + signature[i + 1:]):
                return "a changed signature verifies"
    return ""


# ---- Receipts
MEMBERS = ["format", "no", "before", "kind", "time", "delivery", "agreement", "file", "sha256", "bytes", "rows_due",
           "counts", "verdict", "mapping_sha256", "rules_sha256", "program", "dataset", "vintage", "why", "key"]
DER_HEAD = bytes.fromhex("302a300506032b6570032100")  # RFC 8410


class Unusable(Exception):
    pass


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Unusable(f"cannot read {path}: {error.strerror}") from error


def keys_of(path):
    keys = {}
    for block in re.findall(rb"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", read(path), re.S):
        try:
            der = base64.b64decode(b"".join(block.split()), validate=True)
        except binascii.Error:
            der = b""
        if len(der) != 44 or not der.startswith(DER_HEAD):
            raise Unusable(f"{path}: a block is no Ed25519 key")
        keys[hashlib.sha256(der).hexdigest()[:16]] = der[12:]
    if not keys:
        raise Unusable(f"{path}: holds no public key; expected a PEM file, as kreislauf receipt key prints it")
    return keys


def examine(line, keys):
    """The receipt, or None, and what is wrong with it."""
    end = re.search(rb',"signature":"([A-Za-z0-9+/]{86}==)"}$', line)
    if not end or b"\n" in line:
        return None, "not a receipt: it does not end in a signature"
    part = line[:end.start()] + b"}"
    try:
        receipt = json.loads(part.decode())
        again = json.dumps(receipt, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, UnicodeError):
        return None, "not a receipt: it is no JSON in UTF-8"
    if again != part or not isinstance(receipt, dict) or \
            list(receipt) != [name for name in MEMBERS if name != "vintage" or name in receipt]:
        return None, "not a receipt: it is not written as receipts are"
    said = f"receipt {receipt['no']}"
    if receipt["key"] not in keys:
        return receipt, f"{said} names the key {receipt['key']}, which is not among those given"
    if not has_signed(keys[receipt["key"]], part, base64.b64decode(end[1])):
        return receipt, f"{said} was changed: its signature does not hold"
    counts = receipt["counts"]
    if receipt["rows_due"] and not counts["used"] + counts["repeated"] and receipt["verdict"] not in ("", "unusable"):
        return receipt, f"{said} calls a delivery without usable rows '{receipt['verdict']}'"
    return receipt, ""


def verify_one(path, keys, delivered):
    good = True
    content = None if delivered is None else read(delivered)
    for number, line in enumerate(read(path).splitlines() or [b""], 1):
        receipt, wrong = examine(line, keys)
        if not wrong and content is not None and (
                len(content) != receipt["bytes"] or hashlib.sha256(content).hexdigest() != receipt["sha256"]):
            wrong = f"the receipt is genuine and is for another file: {receipt['file']}, {receipt['bytes']} bytes"
        good = good and not wrong
        print(f"{path}:{number}: " + (f"NOT GENUINE: {wrong}" if wrong else
                                      f"genuine: receipt {receipt['no']}, {receipt['delivery']} {receipt['kind']} on "
                                      f"{receipt['time']}, {receipt['file']}"))
    return good


def verify_chain(path, keys, head, store):
    problems, receipts = [], []
    no, before = 0, "0" * 64
    lines = read(path).split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for number, line in enumerate(lines, 1):
        receipt, wrong = examine(line, keys)
        if wrong:
            problems.append(f"{path}:{number}: {wrong}")
        if receipt is None:
            no, before = no + 1, None
            continue
        if receipt["no"] != no + 1:
            problems.append(f"{path}:{number}: receipt {receipt['no']} follows {no}: missing, doubled or out of order")
        elif before is not None and receipt["before"] != before:
            problems.append(f"{path}:{number}: receipt {receipt['no']} does not continue the one before it")
        no, before = receipt["no"], None if wrong else hashlib.sha256(line).hexdigest()
        receipts.append(receipt)
    if head:
        words = read(head).decode(errors="replace").split()
        if len(words) != 2 or not words[0].isdigit():
            problems.append(f"{head}: not a number and a hash")
        elif int(words[0]) > no or (int(words[0]) == no and before not in (None, words[1])):
            problems.append(f"{head}: names receipt {words[0]} {words[1]}, the file ends with {no}")
    if store:
        problems += compare_with_store(receipts, store)
    for problem in problems:
        print("PROBLEM ", problem)
    print(f"{len(receipts)} receipts: {'NOT WHOLE' if problems else 'whole'}")
    return not problems


def compare_with_store(receipts, path):
    """Every release of the store has its receipt, every receipt of a release its vintage."""
    with open(path, "rb"):
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    in_store = {(dataset, no): digest for dataset, no, digest in database.execute(
        "SELECT dataset.id, vintage.no, document.sha256 FROM vintage JOIN dataset ON dataset.no = vintage.dataset "
        "JOIN document ON document.no = vintage.document WHERE vintage.kind = 0 AND document.source = 'delivery'")}
    positions = {item for item, in database.execute("SELECT item FROM position WHERE source = 'delivery'")}
    released = [each for each in receipts if each["kind"] == "released"]
    in_receipts = {(each["dataset"], each["vintage"]): each["sha256"] for each in released if "vintage" in each}
    problems = [f"receipt {each['no']}: the store knows of no release of {each['delivery']}"
                for each in released if each["delivery"] not in positions]
    for key in sorted(in_store.keys() | in_receipts.keys()):
        if in_store.get(key) != in_receipts.get(key):
            problems.append(f"{key[0]}@{key[1]}: the store holds {in_store.get(key, 'nothing')}, "
                            f"the receipts say {in_receipts.get(key, 'nothing')}")
    return problems


def main():
    parser = argparse.ArgumentParser(description="Verifies receipts of a gateway.")
    parser.add_argument("receipt", nargs="?", help="file with one receipt, or several lines of them")
    parser.add_argument("--key", help="public key of the gateway, PEM")
    parser.add_argument("--file", help="the delivered file")
    parser.add_argument("--chain", help="receipts.jsonl")
    parser.add_argument("--head", help="receipts.head")
    parser.add_argument("--store", help="store.sqlite: holds the releases against the receipts")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        wrong = self_test()
        print(wrong or "Ed25519 verifies the vectors of RFC 8032 and nothing else")
        return 1 if wrong else 0
    if not options.key or (options.receipt is None) == (options.chain is None):
        parser.error("give --key, and a receipt or --chain")
    keys = keys_of(options.key)
    if options.chain:
        return 0 if verify_chain(options.chain, keys, options.head, options.store) else 1
    return 0 if verify_one(options.receipt, keys, options.file) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unusable, OSError, sqlite3.Error) as error:
        print(f"verify_receipts.py: {error}", file=sys.stderr)
        sys.exit(2)

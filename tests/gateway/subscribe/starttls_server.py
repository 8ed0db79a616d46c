#!/usr/bin/env python3
"""A mail server with STARTTLS for tests: starttls_server.py FOLDER CERTIFICATE KEY says its port and keeps what it is given.

It takes mail over TLS alone, and from the login kreis:geheim alone."""
import base64
import os
import socketserver
import ssl
import sys

FOLDER, CERTIFICATE, KEY = sys.argv[1:4]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
count = 0


class Handler(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")
        self.wfile.flush()

    def line(self):
        return self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n")

    def handle(self):
        global count
        encrypted = known = False
        self.say("220 test")
        while True:
            line = self.line()
            word = line.upper().split(" ")[0]
            if not line or word == "QUIT":
                return
            if word == "EHLO":
                self.say("250-test")
                self.say("250 AUTH PLAIN" if encrypted else "250 STARTTLS")
            elif word == "STARTTLS":
                self.say("220 go")
                try:
                    self.request = context.wrap_socket(self.request, server_side=True)
                except (ssl.SSLError, OSError):
                    return
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
                encrypted = True
            elif word == "AUTH":
                token = line.split(" ")[2:]
                if not token:
                    self.say("334 ")
                    token = [self.line()]
                known = encrypted and base64.b64decode(token[0]) == b"\0kreis\0geheim"
                self.say("235 welcome" if known else "535 5.7.8 wrong login")
            elif word in ("MAIL", "RCPT"):
                self.say("250 fine" if known else "530 5.7.0 log in first")
            elif word == "DATA" and known:
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(text)
                count += 1
                with open(os.path.join(FOLDER, f"{count}.eml"), "wb") as file:
                    file.write(b"".join(lines))
                self.say("250 taken")
            else:
                self.say("502 what?")


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()

#!/usr/bin/env python3
"""A WebDAV server for tests: says its port, keeps files below FOLDER, asks for the login goslar:geheim.

The first MOVE below /lost/ is done and its answer lost; PUT below /full/ is 507."""
import base64
import http.server
import os
import shutil
import sys
import urllib.parse

ROOT = os.path.realpath(sys.argv[1])
lost = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def path_of(self, address):
        path = os.path.realpath(ROOT + urllib.parse.unquote(urllib.parse.urlparse(address).path))
        assert path.startswith(ROOT)
        return path

    def say(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"goslar:geheim").decode():
            return self.say(401)
        path = self.path_of(self.path)
        if self.command == "HEAD":
            return self.say(200 if os.path.exists(path) else 404)
        if self.command == "MKCOL":
            if os.path.exists(path):
                return self.say(405)
            if not os.path.isdir(os.path.dirname(path)):
                return self.say(409)
            os.mkdir(path)
            return self.say(201)
        if self.command == "PUT":
            if self.path.startswith("/full/"):
                return self.say(507)
            if not os.path.isdir(os.path.dirname(path)):
                return self.say(409)
            with open(path, "wb") as file:
                file.write(body)
            return self.say(201)
        if self.command == "DELETE":
            if not os.path.exists(path):
                return self.say(404)
            shutil.rmtree(path)
            return self.say(204)
        if self.command == "MOVE":
            target = self.path_of(self.headers["Destination"])
            if os.path.exists(target):
                return self.say(412)
            os.rename(path, target)
            if self.path.startswith("/lost/") and not lost:
                lost.append(True)
                self.close_connection = True
                self.connection.close()
                return None
            return self.say(201)
        return self.say(501)

    do_HEAD = do_PUT = do_MKCOL = do_MOVE = do_DELETE = handle_any


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()

#!/usr/bin/env python3
"""A mail server for tests: says its port, keeps what it is given as FOLDER/1.eml, 2.eml, ...

The local part of a receiver decides what happens: nobody (550 5.1.1), later (451), cut (is kept, and then the
connection is lost before the answer)."""
import os
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import asyncore  # noqa: E402
import smtpd  # noqa: E402


class Channel(smtpd.SMTPChannel):
    def smtp_RCPT(self, arg):
        if "<nobody@" in arg:
            self.push("550 5.1.1 no such mailbox")
            return
        super().smtp_RCPT(arg)


class Sink(smtpd.SMTPServer):
    channel_class = Channel
    count = 0

    def handle_accepted(self, conn, addr):
        self.channel = self.channel_class(self, conn, addr, self.data_size_limit, self._map, self.enable_SMTPUTF8,
                                          self._decode_data)

    def process_message(self, peer, mailfrom, rcpttos, data, **kwargs):
        if rcpttos[0].startswith("later@"):
            return "451 4.3.2 come back later"
        Sink.count += 1
        name = os.path.join(sys.argv[1], f"{Sink.count}.eml")
        with open(name + ".part", "wb") as file:
            file.write(b"X-Test-Envelope: " + mailfrom.encode() + b" " + ",".join(rcpttos).encode() + b"\n" + data)
        os.rename(name + ".part", name)
        if rcpttos[0].startswith("cut@"):
            self.channel.close()
            return None
        return None


sink = Sink(("127.0.0.1", 0), None)
print(sink.socket.getsockname()[1], flush=True)
asyncore.loop(timeout=0.2)

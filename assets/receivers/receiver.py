#!/usr/bin/env python3
"""A receiver for andon's buttons, in Python's standard library alone.

    python3 receiver.py                                  prints each press
    python3 receiver.py --port 9000 -- ./restart.sh      runs a program for each press

Give the action the endpoint that is printed at the start, such as http://127.0.0.1:9000/hook.

The program is started directly (no shell) and reads the JSON of the press on its standard input. The last line that
it prints becomes the message in andon's log; an exit code other than 0 makes the run fail (HTTP 500).

One press runs once: andon sends the same `event_id` whenever it sends a press again. Each id is written to the state
file before the program starts, so a repeat gets the first answer, also after a restart. A press whose program was
interrupted by a crash is never run again: the answer says so, and a person decides.

RECEIVER_TOKEN in the environment: requests must carry it as the header X-Token (add it to the action's headers).
Without it, the receiver binds to loopback only.
"""
import argparse
import hmac
import ipaddress
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY = 1024 * 1024  # bytes; an incident with all its alerts is far below
KEEP_DAYS = 30  # how long an event_id is remembered


class Presses:
    """Which presses were taken and what was answered, on disk."""

    def __init__(self, path):
        self.path = path
        self.running = {}  # event_id -> set when its answer is written
        self.lock = threading.Lock()
        with self.open() as db:
            db.execute("CREATE TABLE IF NOT EXISTS press"
                       " (event_id TEXT PRIMARY KEY, at INTEGER NOT NULL, status INTEGER, message TEXT)")
            db.execute("DELETE FROM press WHERE at < ?", (int(time.time()) - KEEP_DAYS * 86400,))

    def open(self):
        return sqlite3.connect(self.path, timeout=10)

    def once(self, event_id, work):
        """Runs `work` for the first delivery. Gives (status, message, whether it was a repeat)."""
        with self.lock, self.open() as db:
            taken = db.execute("INSERT OR IGNORE INTO press (event_id, at) VALUES (?, ?)",
                               (event_id, int(time.time()))).rowcount == 1
            done = self.running.setdefault(event_id, threading.Event()) if taken else self.running.get(event_id)
        if not taken:
            return self.repeat(event_id, done)
        try:
            status, message = work()
        except Exception as error:  # whatever it was, the press must have an answer
            status, message = 500, f"the receiver failed: {error}"
        try:
            with self.open() as db:
                db.execute("UPDATE press SET status = ?, message = ? WHERE event_id = ?", (status, message, event_id))
        finally:
            done.set()
            with self.lock:
                del self.running[event_id]
        return status, message, False

    def repeat(self, event_id, done):
        if done:
            done.wait()
        with self.open() as db:
            status, message = db.execute("SELECT status, message FROM press WHERE event_id = ?", (event_id,)).fetchone()
        if status is None:
            return 500, "interrupted before it ended, and not run again: see whether it took effect", True
        return status, message, True


def act(press, options):
    """Does what the button is for. Gives the HTTP status and the message for the log."""
    if not options.command:
        print(json.dumps(press), flush=True)  # escapes what a terminal could be misled by
        return 200, f"taken: {press['incident'].get('num') or press['event_id']}"
    try:
        done = subprocess.run(options.command, input=json.dumps(press).encode(), capture_output=True,
                              timeout=options.timeout, check=False)
    except subprocess.TimeoutExpired:
        return 500, f"stopped after {options.timeout} s"
    lines = (done.stdout if done.returncode == 0 else done.stderr or done.stdout).decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")[:500]
    return (200, last or "done") if done.returncode == 0 else (500, last or f"exit code {done.returncode}")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 15  # seconds for a silent client

    def do_POST(self):
        options = self.server.options
        press, fault = self.read(options)
        if fault:
            self.close_connection = True  # the body may not have been read
            return self.answer(fault[0], {"message": fault[1]})
        try:
            status, message, repeat = self.server.presses.once(press["event_id"], lambda: act(press, options))
        except sqlite3.Error as error:
            return self.answer(500, {"message": f"the state file failed: {error}; see whether it took effect"})
        return self.answer(status, {"message": message, **({"duplicate": True} if repeat else {})})

    def read(self, options):
        """Gives the press, or None with status and reason."""
        if self.path.split("?")[0] != options.path:
            return None, (404, f"nothing here; presses go to {options.path}")
        if options.token and not hmac.compare_digest(self.headers.get("X-Token", "").encode(), options.token.encode()):
            return None, (403, "the header X-Token is missing or wrong")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            return None, (411, "Content-Length is needed")
        if int(length) > MAX_BODY:
            return None, (413, f"at most {MAX_BODY} bytes")
        if self.headers.get_content_type() != "application/json":
            return None, (415, "Content-Type must be application/json")
        try:
            press = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            return None, (400, "the body is not JSON")
        if not isinstance(press, dict) or press.get("event_type") != "i_custom":
            return None, (400, "event_type must be i_custom")
        if not isinstance(press.get("event_id"), str) or not press["event_id"]:
            return None, (400, "event_id is missing")
        if not isinstance(press.get("incident"), dict):
            return None, (400, "incident is missing")
        return press, None

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, form, *values):
        sys.stderr.write(json.dumps(form % values) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bind", default="127.0.0.1", help="an IPv4 address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=9000, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--path", default="/hook")
    parser.add_argument("--state", default="receiver.sqlite", help="where event ids are kept (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for the program (default: %(default)s)")
    parser.add_argument("command", nargs="*", help="the program and its arguments, after --")
    options = parser.parse_args()
    options.token = os.environ.pop("RECEIVER_TOKEN", "")  # the program does not inherit it
    if not options.token and not ipaddress.ip_address(options.bind).is_loopback:
        parser.error("set RECEIVER_TOKEN before binding to other than loopback: anyone could press the button")
    os.umask(0o077)
    server = ThreadingHTTPServer((options.bind, options.port), Handler)
    server.options, server.presses = options, Presses(options.state)
    print(f"listening on http://{options.bind}:{server.server_port}{options.path}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()

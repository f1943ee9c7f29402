"""A program for `unshare`: a network with nothing in it but this machine, which is given addresses of the wide world
and of a company's inside, and a name server that changes its mind. It prints what came of calling those names."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import django

OUTSIDE = "93.184.216.34"
INSIDE = ("127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "fd00::5")
NAMES: dict[str, list[list[str]]] = {
    "public.example.com": [[OUTSIDE]],
    "rebinding.example.com": [[OUTSIDE], ["127.0.0.1"]],
    "turning.example.com": [[OUTSIDE], ["127.0.0.1"]],
    "both.example.com": [[OUTSIDE, "127.0.0.1"]],
    "private.example.com": [["10.0.0.5"]],
    "metadata.example.com": [["169.254.169.254"]],
    "unique-local.example.com": [["fd00::5"]],
    "mapped.example.com": [["::ffff:127.0.0.1"]],
    "nat64.example.com": [["64:ff9b::7f00:1"]],
    "mixed.example.com": [[OUTSIDE, "fd00::5"]],
}
"""What the name server says the first time, the second time, and so on; the last is for ever."""
CALLS = {
    "public": "http://public.example.com/",
    "rebinding": "http://rebinding.example.com/",
    "rebinding again": "http://rebinding.example.com/",
    "turning": "http://turning.example.com/to/http://turning.example.com/",
    **{
        name: f"http://{name}.example.com/"
        for name in ("both", "private", "metadata", "unique-local", "mapped", "mixed")
    },
    "nat64": "https://nat64.example.com/",
    "redirect to a name": "http://public.example.com/to/http://private.example.com/",
    "redirect to a number": "http://public.example.com/to/http://169.254.169.254/latest/meta-data/",
    "redirect to itself": "http://public.example.com/to/http://127.0.0.1/",
    "this machine": "http://localhost/",
    "unknown": "http://unknown.example.com/",
}
asked: Counter[str] = Counter()
visited: Counter[str] = Counter()


def furnish(folder: Path) -> None:
    """Addresses for this machine, and files that say whom to ask for names."""
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    for name in ("resolv.conf", "nsswitch.conf"):
        subprocess.run(["mount", "--bind", folder / name, Path("/etc") / name], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in (OUTSIDE, *INSIDE[1:3]):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    subprocess.run(["ip", "address", "add", "fd00::5/128", "dev", "lo", "nodad"], check=True)


def answer(question: bytes) -> bytes:
    """A name server's answer: only addresses of the version that was asked for."""
    labels, at = [], 12
    while length := question[at]:
        labels.append(question[at + 1 : at + 1 + length].decode())
        at += 1 + length
    name, (kind,) = ".".join(labels), struct.unpack(">H", question[at + 1 : at + 3])
    family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
    turn, found = asked[f"{name} {kind}"], NAMES.get(name, [[]])
    asked[f"{name} {kind}"] += 1
    packed = []
    for address in found[min(turn, len(found) - 1)]:
        if family == (socket.AF_INET6 if ":" in address else socket.AF_INET):
            data = socket.inet_pton(family, address)
            packed.append(struct.pack(">HHHIH", 0xC00C, kind, 1, 0, len(data)) + data)
    flags = 0x8180 if name in NAMES else 0x8183
    head = question[:2] + struct.pack(">HHHHH", flags, 1, len(packed), 0, 0)
    return head + question[12 : at + 5] + b"".join(packed)


def serve_names() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        while True:
            question, who = server.recvfrom(4096)
            server.sendto(answer(question), who)


def listen(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, port), family=family)
    threading.Thread(target=take, args=(listener, address), daemon=True).start()


def take(listener: socket.socket, address: str) -> None:
    """Counts who comes. The server outside answers, and sends on whoever asks for /to/… ."""
    while True:
        connection, _who = listener.accept()
        visited[address] += 1
        with connection:
            if address == OUTSIDE:
                path = connection.recv(65536).split()[1].decode()
                place = f"Location: {path.removeprefix('/to/')}\r\n" if path.startswith("/to/") else ""
                status = "302 Found" if place else "200 OK"
                connection.sendall(f"HTTP/1.1 {status}\r\n{place}Content-Length: 7\r\n\r\noutside".encode())


def outcome(url: str) -> str:
    from bodega.platform.outgoing.calling import client  # Django has been set up
    from bodega.platform.outgoing.problems import NoAnswer  # the same

    try:
        return client().call(url, seconds=10).body.decode()
    except NoAnswer as problem:
        return type(problem).__name__


def main() -> None:
    furnish(Path(sys.argv[1]))
    threading.Thread(target=serve_names, daemon=True).start()
    for address in (OUTSIDE, *INSIDE):
        for port in (80, 443):
            listen(address, port)
    django.setup()
    told = {name: outcome(url) for name, url in CALLS.items()}
    told |= {"questions": asked["rebinding.example.com 1"], "inside": sum(visited[address] for address in INSIDE)}
    socket.create_connection(("rebinding.example.com", 80)).close()
    socket.create_connection(("unique-local.example.com", 443)).close()
    while visited["127.0.0.1"] + visited["fd00::5"] < 2:
        pass
    print(json.dumps(told | {"inside, when others call": sum(visited[address] for address in INSIDE)}))  # noqa: T201


if __name__ == "__main__":
    main()

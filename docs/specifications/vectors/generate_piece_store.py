#!/usr/bin/env python3
"""Makes piece-store.txt: the log of a store that took one piece and then its deletion. A second implementation of
piece-store.md, in nothing but the standard library."""
import datetime
import hashlib
import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def checked(data):
    return data + struct.pack(">I", crc32c(data))


def millis(*when):
    return int(datetime.datetime(*when, tzinfo=datetime.timezone.utc).timestamp() * 1000)


def sha(data):
    return hashlib.sha256(data).digest()


SALT = 0x0102030405060708
NOW = millis(2026, 11, 23, 10)
EXPIRES = millis(2030, 1, 1)
HOLD = 60_000

number = 2
piece_id = bytes(range(0x10, 0x20)) + struct.pack(">H", number)
piece = bytes(range(0x40, 0x40 + 80))
shares = [piece[0:32], piece[32:64], piece[64:80]]
leaves = [sha(b"\0" + struct.pack(">H", number) + share) for share in shares]
root = sha(b"\1" + sha(b"\1" + leaves[0] + leaves[1]) + leaves[2])


def frame(kind, offset, length):
    return checked(b"HFPR" + bytes([1, kind, 0, 0]) + struct.pack(">QIQ", SALT, length, offset))


def padded(region):
    return region + bytes(-len(region) % 64)


header = checked((b"HFPL" + bytes([1, 0, 0, 0]) + struct.pack(">QQQQ", 1, SALT, 2, NOW)).ljust(60, b"\0"))
head = checked(
    b"HFPH" + bytes([1, 1, 1, 1]) + piece_id + struct.pack(">HIII", 3, 32, 16, 3)
    + struct.pack(">QQQQQQ", 1, NOW, EXPIRES, 0, EXPIRES, 0)
    + root + b"\xaa" * 32 + b"\xcc" * 32 + b"\xbb" * 32 + bytes(32))
tables = checked(b"".join(leaves) + b"".join(struct.pack(">I", crc32c(share)) for share in shares))
body = (bytes(32) + head).ljust(512, b"\0") + piece + tables
region = padded(body)
region = frame(1, 64, len(region)) + region[32:]
events = checked(bytes([1, 1]) + struct.pack(">HQQQ", 1, 2, NOW, NOW + HOLD) + piece_id + struct.pack(">Q", 1))
event_region = padded(bytes(32) + events)
event_region = frame(2, 64 + len(region), len(event_region)) + event_region[32:]

print("# The log pieces-00000001-0102030405060708.log of a store with a trash hold of 60 s, see piece-store.md:")
print("# a piece of three shares is put and then deleted at 2026-11-23T10:00:00Z; it expires at 2030-01-01T00:00:00Z.")
print("# Made by generate_piece_store.py; bytes are hex.")
print()
print("piece_id =", piece_id.hex())
print("piece =", piece.hex())
print("piece_root =", root.hex())
print("log =", (header + region + event_region).hex())

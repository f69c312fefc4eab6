#!/usr/bin/env python3
"""Writes the test vectors of network-protocol beside itself.

A second implementation of the formats in docs/specifications, in the standard library alone. The Java tests read the
files and compare exact bytes; neither side knows the other.
"""
import hashlib
import hmac
import pathlib
import struct

HERE = pathlib.Path(__file__).parent


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def labelled(label, *inputs, version=1):
    out = struct.pack(">B", len(label)) + label.encode("ascii") + struct.pack(">B", version)
    for value in inputs:
        out += struct.pack(">I", len(value)) + value
    return out


def labelled_hash(label, *inputs):
    return sha256(labelled(label, *inputs))


def hkdf(key, label, *inputs, length=32):
    pseudo_random_key = mac(bytes(32), key)
    info, block, out, counter = labelled(label, *inputs), b"", b"", 1
    while len(out) < length:
        block = mac(pseudo_random_key, block + info + bytes([counter]))
        out += block
        counter += 1
    return out[:length]


def pattern(length, seed):
    return bytes((seed + 7 * i + (i >> 8)) & 0xFF for i in range(length))


class File:
    def __init__(self, name, about):
        self.path = HERE / name
        self.lines = ["# " + about, "# Made by generate.py; integers are decimal, bytes are hex."]

    def case(self, name, **fields):
        self.lines += ["", "[" + name + "]"]
        for key, value in fields.items():
            if isinstance(value, bytes):
                value = value.hex()
            elif isinstance(value, list):
                value = ",".join(v.hex() if isinstance(v, bytes) else str(v) for v in value)
            self.lines.append(f"{key} = {value}")

    def write(self):
        self.path.write_text("\n".join(self.lines) + "\n")


def labels():
    out = File("labels.txt", "Labelled input, labelled hash and labelled HKDF-SHA256: see ids.md.")
    key = pattern(32, 9)
    for name, inputs in (("none", []), ("one", [b"abc"]), ("two", [b"", pattern(300, 1)])):
        out.case(
            name,
            label="holdfast test",
            inputs=inputs if inputs else "-",
            encoded=labelled("holdfast test", *inputs),
            hash=labelled_hash("holdfast test", *inputs),
            key=key,
            hkdf32=hkdf(key, "holdfast test", *inputs),
            hkdf80=hkdf(key, "holdfast test", *inputs, length=80),
        )
    piece = pattern(16, 3) + struct.pack(">H", 79)
    out.case(
        "owner commitment",
        recovery_public_key=pattern(32, 5),
        piece_id=piece,
        commitment=labelled_hash("holdfast owner commitment", pattern(32, 5), piece),
    )
    out.write()


def ceil_div(a, b):
    return -(-a // b)


def layouts():
    out = File("layouts.txt", "Block and share arithmetic: see segments-and-blocks.md.")
    cases = [
        (1, 65536, 4, 16, 10), (65536, 65536, 4, 16, 10), (65537, 65536, 4, 16, 10), (262143, 65536, 4, 16, 10),
        (262144, 65536, 4, 16, 10), (262145, 65536, 4, 16, 10), (1000000, 65536, 4, 16, 10), (5, 65536, 4, 16, 10),
        (67108864, 65536, 4, 16, 10), (67108864, 65536, 29, 16, 110), (67108864, 65536, 29, 512, 110),
        (67108863, 65536, 29, 16, 110), (30, 65536, 29, 16, 110), (0, 65536, 1, 16, 1), (16384, 65536, 1, 16, 1),
        (1000, 100, 3, 16, 5), (901, 100, 3, 16, 5), (300000, 65536, 2, 256, 5),
    ]
    for plain, block, k, granule, total in cases:
        stripes = max(1, ceil_div(plain, block * k))
        rest = plain - (stripes - 1) * block * k
        last = ceil_div(rest, k)
        sizes = [block] * ((stripes - 1) * k) + [max(0, min(last, rest - i * last)) for i in range(k)]
        offsets, at = [], 0
        for size in sizes:
            offsets.append(at)
            at += size
        assert at == plain
        share = ceil_div(block + 16, granule) * granule
        last_share = ceil_div(last + 16, granule) * granule
        last_block = max([i for i, size in enumerate(sizes) if size] or [0])
        layout = struct.pack(">BIIIH", 1, share, last_share, stripes, total)
        out.case(
            f"{plain} bytes, blocks of {block}, {k} a stripe, granule {granule}",
            plain_bytes=plain, block_bytes=block, blocks_per_stripe=k, granule=granule, total=total,
            stripe_count=stripes, last_block_plain_bytes=last, block_count=len(sizes), last_block=last_block,
            last_sizes=sizes[-k:], last_offsets=offsets[-k:],
            share_bytes=share, last_share_bytes=last_share, piece_bytes=(stripes - 1) * share + last_share,
            share_layout=layout,
        )
    out.write()


def tree(leaves):
    """RFC 6962, section 2.1, by its recursive definition."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01", tree(leaves[:k]), tree(leaves[k:]))


def path(leaves, m):
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return path(leaves[:k], m) + [tree(leaves[k:])]
    return path(leaves[k:], m - k) + [tree(leaves[:k])]


def share_of(piece, stripe, length):
    return pattern(length, 31 * piece + 17 * stripe)


def trees():
    out = File("merkle.txt", "Merkle trees over shares: see segments-and-blocks.md. Byte i of share s of piece p is "
               "(31 p + 17 s + 7 i + (i >> 8)) & 255.")
    for share, last, stripes, total, piece, stripe in (
        (32, 16, 1, 1, 0, 0), (32, 16, 2, 2, 1, 1), (48, 32, 5, 7, 6, 4), (48, 48, 8, 4, 2, 3),
        (65552, 1040, 3, 10, 9, 2), (64, 16, 37, 110, 79, 20), (16, 16, 11, 256, 255, 10),
    ):
        layout = struct.pack(">BIIIH", 1, share, last, stripes, total)
        all_leaves = [
            [sha256(b"\x00", struct.pack(">H", p), share_of(p, s, last if s == stripes - 1 else share))
             for s in range(stripes)]
            for p in range(total)
        ]
        roots = [tree(leaves) for leaves in all_leaves]
        out.case(
            f"{stripes} stripes, {total} pieces",
            share_bytes=share, last_share_bytes=last, stripe_count=stripes, total=total, piece=piece, stripe=stripe,
            leaf=all_leaves[piece][stripe], piece_root=roots[piece],
            leaf_path=path(all_leaves[piece], stripe) or "-", piece_path=path(roots, piece) or "-",
            segment_root=sha256(b"\x02\x01", layout, tree(roots)),
        )
    out.write()


def identity():
    out = File("identity.txt", "Peer ids: see node-identity.md.")
    # The public key of RFC 6979, appendix A.2.5.
    point = bytes.fromhex("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                          "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")
    spki = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + point
    for role, number in (("SATELLITE", 1), ("NODE", 2)):
        out.case(role, role_id=number, public_key=spki, id=labelled_hash("holdfast identity", bytes([number]), spki))
    out.write()


def unit_of(ceiling):
    unit = 65536
    while ceil_div(ceiling, unit) > 64:
        unit *= 2
    return unit


def orders():
    out = File("order-limit.txt", "Order limits, order chains and receipts: see order-limit.md.")
    order_secret, settlement_secret = pattern(32, 21), pattern(32, 22)
    satellite, node, commitment = pattern(32, 101), pattern(32, 102), pattern(32, 103)
    epoch = 7
    epoch_bytes = struct.pack(">I", epoch)
    limit_key = hkdf(order_secret, "holdfast node limit key", epoch_bytes, node)
    receipt_key = hkdf(order_secret, "holdfast node receipt key", epoch_bytes, node)
    out.case("keys", order_secret=order_secret, settlement_secret=settlement_secret, epoch=epoch, node_id=node,
             limit_key=limit_key, receipt_key=receipt_key)
    created = 1763862000123
    for name, action, number, ceiling, piece_bytes, piece_expires in (
        ("put", 1, 0, 16779264, 0, 0), ("put that expires", 1, 9, 65552, 0, created + 86400000),
        ("get", 2, 79, 2294320, 2294320, 0), ("get of one byte", 3, 255, 1, 65552, 0),
        ("highest ceiling", 4, 1, 64 << 30, 65552, 0), ("put by repair", 5, 3, 4194305, 0, 0),
    ):
        serial = struct.pack(">Q", created // 3600000) + pattern(8, number)
        piece = pattern(16, 55) + struct.pack(">H", number)
        terms = (b"\x01\x01" + satellite + epoch_bytes + serial + struct.pack(">qq", created, created + 3600000) + node
                 + bytes([action]) + piece + struct.pack(">qqq", ceiling, piece_bytes, piece_expires) + commitment
                 + struct.pack(">I", unit_of(ceiling)))
        seed = mac(settlement_secret, labelled("holdfast order chain seed", terms))
        steps = ceil_div(ceiling, unit_of(ceiling))
        values = [seed]
        for i in range(1, steps + 1):
            values.append(labelled_hash("holdfast order chain step", serial, struct.pack(">I", i), values[-1]))
        body = terms + values[-1]
        limit = body + mac(limit_key, body)
        limit_hash = labelled_hash("holdfast order limit hash", limit)
        receipt_body = (b"\x02\x01" + epoch_bytes + limit_hash + pattern(32, 61) + pattern(32, 62)
                        + struct.pack(">qqq", 65552, created + 1234, 42))
        out.case(
            name,
            satellite_id=satellite, epoch=epoch, serial=serial, created=created, expires=created + 3600000,
            node_id=node, action=action, piece_id=piece, ceiling=ceiling, piece_bytes=piece_bytes,
            piece_expires=piece_expires, owner_commitment=commitment, chain_unit=unit_of(ceiling),
            chain_length=steps, seed=seed, anchor=values[-1], first_preimage=values[steps - 1],
            middle_depth=(steps + 1) // 2, middle_preimage=values[steps - (steps + 1) // 2],
            limit=limit, limit_hash=limit_hash,
            receipt_piece_root=pattern(32, 61), receipt_segment_root=pattern(32, 62), receipt_piece_bytes=65552,
            receipt_time=created + 1234, receipt_sequence=42, receipt=receipt_body + mac(receipt_key, receipt_body),
        )
    out.write()


def api_keys():
    out = File("api-key.txt", "API keys: see api-key.md. Each case adds its caveat to the key of the case before.")
    root_secret, epoch = pattern(32, 77), 3
    head = b"\x03\x01" + struct.pack(">I", epoch) + pattern(16, 78) + pattern(16, 79)
    tail = mac(hkdf(root_secret, "holdfast api key", struct.pack(">I", epoch)), head)
    tail_hash = labelled_hash("holdfast api key tail", head)
    caveats = []

    def write(name, **fields):
        serialized = head + struct.pack(">H", len(caveats))
        for c in caveats:
            serialized += struct.pack(">H", len(c)) + c
        out.case(name, root_secret=root_secret, epoch=epoch, project_id=pattern(16, 78), **fields,
                 key=serialized + tail, tail_hash=tail_hash)

    write("no caveat")
    for name, operations, paths, before, after, no_delete, nonce in (
        ("read and list", 0b0101, [], None, None, False, 1),
        ("between two instants, no delete", 0b1111, [], 1763862000123, 1763948400000, True, 2),
        ("two paths", 0b0001, [("photos", b""), ("backup-2026", pattern(40, 80))], None, None, False, 3),
    ):
        flags = (1 if no_delete else 0) | (2 if before is not None else 0) | (4 if after is not None else 0)
        caveat = b"\x01" + bytes([flags]) + struct.pack(">IQ", operations, nonce)
        caveat += b"" if before is None else struct.pack(">q", before)
        caveat += b"" if after is None else struct.pack(">q", after)
        caveat += struct.pack(">H", len(paths))
        for bucket, prefix in paths:
            caveat += bytes([len(bucket)]) + bucket.encode() + struct.pack(">H", len(prefix)) + prefix
        caveats.append(caveat)
        tail = mac(tail, labelled("holdfast api key caveat", caveat))
        tail_hash = labelled_hash("holdfast api key tail", tail_hash, caveat)
        write(name, caveat=caveat)
    out.write()


def frames():
    out = File("frames.txt", "Frames of the piece protocol, exchange 258: see piece-protocol.md.")

    def frame(name, kind, payload):
        out.case(name, type=kind, frame=struct.pack(">IBI", len(payload) + 5, kind, 258) + payload)

    layout = struct.pack(">BIIIH", 1, 65552, 1040, 3, 10)
    blob = lambda value: struct.pack(">H", len(value)) + value
    hash32 = lambda seed: pattern(32, seed)
    piece_path = lambda *seeds: bytes([len(seeds)]) + b"".join(hash32(s) for s in seeds)
    piece = lambda number: pattern(16, 55) + struct.pack(">H", number)
    frame("put-begin", 1, blob(pattern(245, 1)) + struct.pack(">BI", 1, 65552))
    frame("order", 2, struct.pack(">H", 17) + hash32(2))
    frame("share-bytes", 3, pattern(20, 3))
    frame("put-finish", 4, layout + hash32(4) + hash32(5) + piece_path(6, 7))
    frame("cancel", 5, b"")
    frame("get", 6, blob(pattern(245, 1)) + struct.pack(">H", 3) + hash32(8) + b"\x01" + struct.pack(">H", 2)
          + struct.pack(">III", 0, 0, 65552) + struct.pack(">III", 2, 16, 1024))
    frame("delete", 7, struct.pack(">H", 2) + piece(0) + piece(255))
    frame("list-pieces from the first", 8, b"\x00" + struct.pack(">H", 1000))
    frame("list-pieces after one", 8, b"\x01" + piece(9) + struct.pack(">H", 4096))
    frame("receipt", 33, blob(pattern(158, 9)))
    frame("proof", 34, piece_path(10, 11) + piece_path(12) + layout)
    frame("done", 35, b"")
    frame("cancelled", 36, b"")
    frame("deleted", 37, struct.pack(">I", 2))
    frame("pieces", 38, b"\x01" + struct.pack(">H", 1) + piece(9) + struct.pack(">qq", 196608, 1763862000123))
    frame("refused", 39, struct.pack(">H", 104) + blob("The node is full.".encode()))
    out.write()


for make in (labels, layouts, trees, identity, orders, api_keys, frames):
    make()

#!/usr/bin/env python3
"""Writes the test vectors of uplink's encryption beside itself.

A second implementation of what object-encryption.md, keys-and-names.md, metadata-records.md, access-grant.md and
key-slots.md specify, on the Python package "cryptography" (44 or newer). The Java tests read the files and compare exact
bytes; neither side knows the other.
"""
import base64
import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from generate import File, hkdf, labelled, labelled_hash, mac, pattern, sha256

EPOCH = 1
MASTER = pattern(32, 11)
OBJECT_KEY = pattern(32, 33)
OBJECT_ID = pattern(16, 44)
ATTEMPT_ID = pattern(16, 55)
NONCE = pattern(12, 66)
DATA = hkdf(MASTER, "holdfast data branch", bytes([EPOCH]))


def siv(key, plain, additional):
    return AESSIV(key).encrypt(plain, [additional])


# keys and names

def bucket_key(bucket):
    return hkdf(DATA, "holdfast bucket directory", bucket.encode())


def child_key(key, name):
    return hkdf(key, "holdfast child directory", name)


def encoded_name(key, name, kind):
    padded = name + b"\x80"
    padded += bytes(-len(padded) % 16)
    sealed = siv(hkdf(key, "holdfast name", length=64), padded, bytes([1, EPOCH, kind]))
    return struct.pack(">H", len(sealed)) + sealed


def split(key):
    parts = key.split(b"/", 32)
    return parts[:-1], parts[-1]


def path(bucket, key):
    directories, name = split(key)
    at, encoded = bucket_key(bucket), b""
    for directory in directories:
        encoded += encoded_name(at, directory, 1)
        at = child_key(at, directory)
    return at, name, encoded + encoded_name(at, name, 0)


def wrap_object_key(directory_key, name):
    additional = bytes([1, 1, EPOCH]) + OBJECT_ID
    return siv(hkdf(directory_key, "holdfast object key wrap", name, length=64), OBJECT_KEY, additional)


def etag_token(directory_key, name, etag):
    return mac(hkdf(directory_key, "holdfast etag token", name), etag.encode())[:16]


def path_hash(bucket, encoded):
    return labelled_hash("holdfast encrypted path", bucket.encode(), encoded)


def keys_and_names():
    out = File("keys-and-names.txt", "Key branches, names, wrapped object keys, etag tokens: see keys-and-names.md.")
    seed = hkdf(MASTER, "holdfast recovery branch", bytes([EPOCH]))
    recovery = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    out.case(
        "branches",
        master_key=MASTER,
        data_branch=DATA,
        manifest_branch=hkdf(MASTER, "holdfast manifest branch", bytes([EPOCH])),
        recovery_public_key=recovery.public_bytes(Encoding.Raw, PublicFormat.Raw),
    )
    for title, key in (
        ("one component", "a"),
        ("directory and empty name", "a/"),
        ("empty directory", "a//b"),
        ("leading slash", "/a"),
        ("fifteen bytes", "x" * 15),
        ("sixteen bytes", "x" * 16),
        ("composed", "\u00e9"),
        ("decomposed", "e\u0301"),
        ("thirty-two directories", "d/" * 32 + "name"),
        ("thirty-three directories", "d/" * 33 + "name"),
    ):
        at, name, encoded = path("photos", key.encode())
        out.case(
            title,
            bucket="photos",
            key=key.encode(),
            encoded_key=encoded,
            path_hash=path_hash("photos", encoded),
            object_id=OBJECT_ID,
            object_key=OBJECT_KEY,
            wrapped_object_key=wrap_object_key(at, name),
            etag="d41d8cd98f00b204e9800998ecf8427e",
            etag_token=etag_token(at, name, "d41d8cd98f00b204e9800998ecf8427e"),
        )
    root = bucket_key("photos")
    good = encoded_name(root, b"a", 0)
    name_key = hkdf(root, "holdfast name", length=64)

    def framed(padded, additional=bytes([1, EPOCH, 0])):
        sealed = siv(name_key, padded, additional)
        return struct.pack(">H", len(sealed)) + sealed

    for title, encoded in (
        ("empty", b""),
        ("cut off", good[:-1]),
        ("byte left over", good + b"\x00"),
        ("bit flipped", good[:-1] + bytes([good[-1] ^ 1])),
        ("length too small", b"\x00\x1f" + good[2:-1]),
        ("padding of zeros only", framed(bytes(16))),
        ("padding without its mark", framed(b"a" * 16)),
        ("padding too long", framed(b"a\x80" + bytes(30))),
        ("directory's name", encoded_name(root, b"a", 1)),
        ("other key epoch", framed(b"a\x80" + bytes(14), bytes([1, 2, 0]))),
        ("name of another directory", encoded_name(child_key(root, b"d"), b"a", 0)),
    ):
        out.case("refused: " + title, bucket="photos", encoded_key=encoded)
    out.write()


# content

def segment_place(part, index, plain, blocks):
    return struct.pack(">BBBIIQII", 1, 1, EPOCH, part, index, plain, 65536, blocks)


def wrap_segment_key(key, part, index, plain, blocks):
    wrapping = hkdf(OBJECT_KEY, "holdfast segment key wrap", length=64)
    return siv(wrapping, key, segment_place(part, index, plain, blocks))


def block(key, index, last, plain):
    return AESGCM(key).encrypt(bytes(4) + struct.pack(">Q", index), plain, bytes([1, last]))


def part_digest(keys):
    return sha256(labelled("holdfast part content"), *keys)


def object_digest(parts):
    return sha256(labelled("holdfast object content"), *parts)


def object_encryption():
    out = File("object-encryption.txt", "Blocks, wrapped segment keys, content digests: see object-encryption.md.")
    key = pattern(32, 77)
    for title, index, last, length in (
        ("only block, empty", 0, 1, 0),
        ("only block", 0, 1, 100),
        ("first block", 0, 0, 300),
        ("later block", 1023, 0, 33),
        ("last block", 1023, 1, 33),
    ):
        plain = pattern(length, 5)
        out.case(
            "block: " + title,
            segment_key=key,
            block_index=index,
            last=last,
            plain=plain,
            encrypted=block(key, index, last, plain),
        )
    wraps = []
    for title, part, index, plain, blocks in (
        ("inline", 1, 0, 100, 1),
        ("empty", 1, 0, 0, 1),
        ("full segment", 1, 0, 64 << 20, 4),
        ("last part", 10000, 79, 12345, 29),
    ):
        wrapped = wrap_segment_key(key, part, index, plain, blocks)
        wraps.append(wrapped)
        out.case(
            "wrap: " + title,
            object_key=OBJECT_KEY,
            segment_key=key,
            key_epoch=EPOCH,
            part=part,
            index=index,
            plain_bytes=plain,
            blocks_per_stripe=blocks,
            wrapped=wrapped,
        )
    out.case("digest: part", items=wraps, digest=part_digest(wraps))
    parts = [part_digest(wraps[:1]), part_digest(wraps[1:])]
    out.case("digest: object", items=parts, digest=object_digest(parts))
    out.write()


# metadata records

def text(value):
    value = value.encode()
    return struct.pack(">H", len(value)) + value


def mapping(entries):
    return struct.pack(">H", len(entries)) + b"".join(text(k) + text(entries[k]) for k in sorted(entries))


def checksum(algorithm=None, value=None, full=False):
    return b"\x00" if algorithm is None else bytes([2 if full else 1]) + text(algorithm) + text(value)


def seal(record_type, place, record):
    key = hkdf(OBJECT_KEY, "holdfast metadata", bytes([record_type]))
    sealed = AESGCM(key).encrypt(NONCE, record, bytes([1, record_type]) + place)
    return bytes([1, record_type]) + NONCE + sealed


def metadata_records():
    out = File("metadata-records.txt", "Metadata records and their seals: see metadata-records.md.")
    _, _, encoded = path("photos", b"2024/a.jpg")
    place = OBJECT_ID + path_hash("photos", encoded) + struct.pack(">Q", 1)
    digest = object_digest([])
    part = struct.pack(">IQ", 1, 70_000_000) + text("e1") + checksum("SHA256", "c2hh")
    part += struct.pack(">IQ", 7, 0) + text("e7") + checksum()
    detail = bytes([1, 1]) + struct.pack(">II", 64 << 20, 2) + part + digest
    detail += mapping({"cache-control": "no-store"}) + mapping({"b": "2", "a": "\u00fc"}) + mapping({})
    sealed_detail = seal(2, place, detail)
    summary = b"\x01" + struct.pack(">Q", 70_000_000) + text("etag-2") + checksum("CRC32", "AAAAAA==-2")
    summary += text("image/jpeg") + sha256(sealed_detail)
    upload = b"\x01" + text("image/jpeg") + mapping({}) + mapping({"a": "1"}) + mapping({"t": ""})
    part_place = OBJECT_ID + struct.pack(">I", 7) + ATTEMPT_ID
    part_record = b"\x01" + struct.pack(">Q", 5) + text("e7") + checksum("CRC64NVME", "AA", True) + pattern(32, 8)
    common = dict(bucket="photos", key=b"2024/a.jpg", object_key=OBJECT_KEY, object_id=OBJECT_ID, nonce=NONCE)
    out.case("detail", **common, type="DETAIL", revision=1, record=detail, sealed=sealed_detail)
    out.case("summary", **common, type="SUMMARY", revision=1, record=summary, sealed=seal(1, place, summary))
    upload_place = place[:-8] + bytes(8)
    out.case("upload", **common, type="UPLOAD", revision=0, record=upload, sealed=seal(4, upload_place, upload))
    out.case(
        "part",
        **common,
        type="PART",
        part=7,
        attempt_id=ATTEMPT_ID,
        record=part_record,
        sealed=seal(3, part_place, part_record),
    )
    for title, record_type, record in (
        ("summary of version 2", "SUMMARY", b"\x02" + summary[1:]),
        ("summary cut off", "SUMMARY", summary[:-1]),
        ("summary with bytes left over", "SUMMARY", summary + b"\x00"),
        ("summary of negative size", "SUMMARY", b"\x01\xff" + summary[2:]),
        ("summary with text that is not UTF-8", "SUMMARY", summary.replace(b"etag-2", b"etag-\xff")),
        ("detail with multipart flag 2", "DETAIL", b"\x01\x02" + detail[2:]),
        ("detail without parts", "DETAIL", bytes([1, 1]) + struct.pack(">II", 64 << 20, 0) + digest + bytes(6)),
        ("detail with segments of 0 bytes", "DETAIL", detail[:2] + bytes(4) + detail[6:]),
        ("detail with 10001 parts", "DETAIL", detail[:6] + struct.pack(">I", 10001) + detail[10:]),
        ("detail with parts out of order", "DETAIL", detail.replace(struct.pack(">IQ", 7, 0), struct.pack(">IQ", 1, 0))),
        ("detail without multipart but with two parts", "DETAIL", b"\x01\x00" + detail[2:]),
        ("part with checksum kind 3", "PART", part_record.replace(b"\x02\x00\x09CRC", b"\x03\x00\x09CRC")),
        ("nothing", "PART", b""),
    ):
        out.case("refused: " + title, type=record_type, record=record)
    out.write()


# access grants

def prefixed(value):
    return struct.pack(">H", len(value)) + value


def grant_text(fields):
    encoded = base64.urlsafe_b64encode(fields + sha256(fields)[:4]).rstrip(b"=")
    return "hfaccess1" + encoded.decode()


def access_grant():
    out = File("access-grant.txt", "Access grants: see access-grant.md. The API key has no caveat.")
    satellite = pattern(32, 1).hex() + "@satellite.example:7777"
    head = bytes([3, 1]) + struct.pack(">I", 1) + pattern(16, 20) + pattern(16, 21)
    api_key = head + struct.pack(">H", 0) + pattern(32, 22)
    recovery = pattern(32, 23)
    start = b"\x01" + prefixed(satellite.encode()) + prefixed(api_key) + recovery + bytes([EPOCH])
    out.case(
        "all buckets",
        satellite=satellite,
        api_key=api_key,
        recovery_public_key=recovery,
        data_branch=DATA,
        text=grant_text(start + b"\x00" + DATA),
    )
    directory, encoded = bucket_key("photos"), b""
    for name in (b"2024", b"summer"):
        encoded += encoded_name(directory, name, 1)
        directory = child_key(directory, name)
    entry = prefixed(b"photos") + prefixed(b"2024/summer/") + prefixed(encoded) + directory
    out.case(
        "one directory",
        satellite=satellite,
        api_key=api_key,
        recovery_public_key=recovery,
        bucket="photos",
        prefix="2024/summer/",
        encoded_path=encoded,
        directory_key=directory,
        text=grant_text(start + b"\x01\x01" + entry),
    )
    good = grant_text(start + b"\x00" + DATA)
    for title, value in (
        ("other text", "hello"),
        ("cut off", good[:-5]),
        ("mistyped", good[:60] + ("A" if good[60] != "A" else "B") + good[61:]),
        ("not Base64", good[:60] + "!" + good[61:]),
        ("version 2", grant_text(b"\x02" + start[1:] + b"\x00" + DATA)),
        ("unknown kind of keys", grant_text(start + b"\x02" + DATA)),
        ("no directories", grant_text(start + b"\x01\x00")),
        ("65 directories", grant_text(start + b"\x01\x41" + entry * 65)),
        ("prefix not at a slash", grant_text(start + b"\x01\x01" + entry.replace(prefixed(b"2024/summer/"), prefixed(b"2024/summer")))),
        ("bytes left over", grant_text(start + b"\x00" + DATA + b"\x00")),
        ("ends too early", grant_text(start + b"\x00" + DATA[:-1])),
        ("no satellite address", grant_text(start.replace(b"@satellite.example:7777", b"@satellite.example:x777") + b"\x00" + DATA)),
        ("API key of another type", grant_text(start.replace(bytes([3, 1, 0, 0, 0, 1]), bytes([4, 1, 0, 0, 0, 1])) + b"\x00" + DATA)),
    ):
        out.case("refused: " + title, text=value)
    out.write()


# key slots

def slot(passphrase, salt_seed, memory=65536, iterations=2, lanes=1, kind=1):
    salt = pattern(16, salt_seed)
    header = bytes([kind, EPOCH]) + salt + struct.pack(">IBB", memory, iterations, lanes)
    stretched = Argon2id(
        salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory
    ).derive(passphrase.encode())
    sealed = NONCE + AESGCM(hkdf(stretched, "holdfast key slot encryption")).encrypt(NONCE, MASTER, header)
    return header + hkdf(stretched, "holdfast key slot check", length=16) + sealed


def slots(*encoded):
    body = b"HFKS\x01" + bytes([len(encoded)]) + b"".join(encoded)
    return body + sha256(body)[:4]


def resum(body):
    return body + sha256(body)[:4]


def key_slots():
    out = File("key-slots.txt", "Key slots: see key-slots.md.")
    first, second = slot("correct horse battery", 1), slot("pass\u00e9 compos\u00e9", 2, lanes=4)
    good = slots(first, second)
    out.case(
        "two passphrases",
        passphrase="correct horse battery",
        other_passphrase="passe\u0301 compose\u0301",
        master_key=MASTER,
        slots=good,
    )
    body = good[:-4]
    weak = resum(body[:6] + body[6:24] + struct.pack(">I", 65535) + body[28:])
    for title, value in (
        ("empty", b""),
        ("other magic", resum(b"HFKX" + body[4:])),
        ("version 2", resum(body[:4] + b"\x02" + body[5:])),
        ("no slot", resum(b"HFKS\x01\x00")),
        ("nine slots", slots(*[first] * 9)),
        ("cut off", good[:-1]),
        ("wrong checksum", good[:-1] + bytes([good[-1] ^ 1])),
        ("other slot type", resum(body[:6] + b"\x02" + body[7:])),
        ("memory below the floor", weak),
        ("memory above the ceiling", resum(body[:24] + struct.pack(">I", 1 << 21) + body[28:])),
        ("one iteration", resum(body[:28] + b"\x01" + body[29:])),
        ("too many iterations", resum(body[:28] + b"\x11" + body[29:])),
        ("no lanes", resum(body[:29] + b"\x00" + body[30:])),
    ):
        out.case("refused: " + title, slots=value)
    out.write()


if __name__ == "__main__":
    keys_and_names()
    object_encryption()
    metadata_records()
    access_grant()
    key_slots()

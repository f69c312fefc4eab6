"""Prints the test vectors of redundancy code 1 (see docs/specifications/erasure-coding.md).

Shares no method with the Java code: products are carry-less multiplications reduced by 0x11D, the inverse is
found by trying, and parity share r is the value at r of the polynomial through the points (i, data share i), by
Lagrange's formula; there is no logarithm table and no matrix inversion.

    python3 matrix_code_vectors.py > matrix-code-vectors.txt
"""

import hashlib

SIZE = 48


def multiply(a, b):
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11D << (bit - 8)
    return product


PRODUCTS = [[multiply(a, b) for b in range(256)] for a in range(256)]
INVERSES = [None] + [PRODUCTS[a].index(1) for a in range(1, 256)]


def coefficient(row, column, required):
    result = 1
    for other in range(required):
        if other != column:
            result = PRODUCTS[result][PRODUCTS[row ^ other][INVERSES[column ^ other]]]
    return result


print("# code required total; then c row coefficients, d index data share, p index parity share; all bytes in hex")
for required, total in [(1, 3), (2, 5), (3, 7), (4, 6), (4, 10), (17, 20), (29, 110), (100, 104)]:
    print(f"code {required} {total}")
    seed = f"holdfast erasure vector {required} {total} "
    data = [hashlib.sha512((seed + str(i)).encode()).digest()[:SIZE] for i in range(required)]
    for i, share in enumerate(data):
        print(f"d {i} {share.hex()}")
    for row in range(required, total):
        coefficients = bytes(coefficient(row, column, required) for column in range(required))
        print(f"c {row} {coefficients.hex()}")
        parity = bytearray(SIZE)
        for factor, share in zip(coefficients, data):
            for at in range(SIZE):
                parity[at] ^= PRODUCTS[factor][share[at]]
        print(f"p {row} {parity.hex()}")

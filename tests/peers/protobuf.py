# SPDX-License-Identifier: Apache-2.0
"""Messages of protobuf, taken apart and put together."""
import struct


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """(number, whole field, what is in it: an int or bytes) of each field of
    a message."""
    at = 0
    while at < len(data):
        begin = at
        tag, at = varint(data, at)
        size = {1: 8, 5: 4}.get(tag & 7)
        if tag & 7 == 0:
            value, at = varint(data, at)
        else:
            if size is None:
                size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        yield tag >> 3, data[begin:at], value


def values(data):
    """What is in each field, by number; the last of those with one number."""
    return {number: value for number, _, value in fields(data)}


def number(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(key, value):
    value = value.encode() if isinstance(value, str) else value
    if isinstance(value, float):
        return number(key << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return number(key << 3) + number(value)
    return number(key << 3 | 2) + number(len(value)) + value


def message(pairs):
    """The bytes of (number, value) pairs: int, float, str or bytes."""
    return b"".join(field(key, value) for key, value in pairs)

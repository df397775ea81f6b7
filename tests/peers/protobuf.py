# SPDX-License-Identifier: Apache-2.0
"""Messages of protobuf, taken apart."""


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

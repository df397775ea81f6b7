# SPDX-License-Identifier: Apache-2.0
"""What MosaicML StreamingDataset reads in a directory, as JSON on stdout.

    read_mosaicml.py SITE DIRECTORY
    read_mosaicml.py SITE DIRECTORY --write FROM    with its MDSWriter, the
                                                    rows that are read in FROM
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
import stand_ins  # noqa: E402

stand_ins.install()
import numpy  # noqa: E402
from streaming import MDSWriter, StreamingDataset  # noqa: E402


def rows_of(directory):
    """In order, by number, each file's hash checked as it is unpacked."""
    data = StreamingDataset(local=directory, remote=None, shuffle=False, batch_size=1,
                            validate_hash="xxh64")
    return [data[i] for i in range(len(data))]


def main():
    directory = sys.argv[2]
    if "--write" not in sys.argv:
        rows = rows_of(directory)
        print(json.dumps([{"ids": row["input_ids"].tolist(), "dtype": str(row["input_ids"].dtype),
                           "lengths": row["seq_lengths"].tolist()} for row in rows]))
        return
    with open(sys.argv[4] + "/index.json") as file:
        like = json.load(file)["shards"][0]
    with MDSWriter(columns=dict(zip(like["column_names"], like["column_encodings"])),
                   out=directory, compression=like["compression"], hashes=like["hashes"],
                   size_limit=like["size_limit"]) as out:
        for row in rows_of(sys.argv[4]):
            out.write({name: numpy.ascontiguousarray(row[name]) for name in row})


main()

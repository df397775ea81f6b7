# SPDX-License-Identifier: Apache-2.0
"""Ids of many documents, as bench_encode --ids writes them, against others."""
import array


def documents_of(data):
    """The ids of each: 32 bits in the machine's order, -1 behind each."""
    ids, begin, documents = array.array("i"), 0, []
    ids.frombytes(data)
    while begin < len(ids):
        end = ids.index(-1, begin)
        documents.append(ids[begin:end])
        begin = end + 1
    return documents


def compared(ours, theirs):
    """How many documents have other ids, and where the first differs."""
    n = max(len(ours), len(theirs))
    if len(ours) != len(theirs):
        return {"documents": n, "apart": n,
                "first": f"{len(ours)} documents by tok, {len(theirs)} by the peer"}
    apart = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    if not apart:
        return {"documents": n, "apart": 0, "first": None}
    a, b = ours[apart[0]], theirs[apart[0]]
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return {"documents": n, "apart": len(apart),
            "first": f"document {apart[0] + 1} from id {at + 1} on: tok {list(a[at:at + 8])}, "
                     f"peer {list(b[at:at + 8])}"}

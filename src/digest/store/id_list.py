"""The frozen readers of a batch as a few bytes. Pure."""

import zlib
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise


def pack_ids(ids: Sequence[int]) -> bytes:
    """Return ascending numbers as compressed differences: a hundred bytes for a thousand."""
    differences = [ids[0], *(after - before for before, after in pairwise(ids))]
    return zlib.compress(array("Q", differences).tobytes(), 1)


def unpack_ids(packed: bytes) -> list[int]:
    """Return what `pack_ids` was given."""
    differences = array("Q")
    differences.frombytes(zlib.decompress(packed))
    return list(accumulate(differences))

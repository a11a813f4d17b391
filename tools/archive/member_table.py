"""What an archive declares of its members, in columns: 30 bytes a member, where a million can be."""

from __future__ import annotations

from array import array


class MemberTable:
    """The numbers of many members, a row each.

    Attributes:
        methods: How each is stored: `STORED` or `DEFLATED`.
        crcs: CRC-32 of what each unpacks to.
        compressed: Bytes that each takes in its source.
        sizes: Bytes that each unpacks to.
        offsets: Where the compressed bytes of each begin in the source; 0 where that has no meaning.
        kinds: `EXECUTABLE`, `LINK`, both, or neither.
    """

    EXECUTABLE = 1
    LINK = 2

    __slots__ = ("compressed", "crcs", "kinds", "methods", "offsets", "sizes")

    def __init__(self) -> None:
        self.methods = bytearray()
        self.crcs = array("I")
        self.compressed = array("Q")
        self.sizes = array("Q")
        self.offsets = array("Q")
        self.kinds = bytearray()

    def __len__(self) -> int:
        return len(self.methods)

    def add(
        self,
        method: int,
        crc: int,
        compressed: int,
        size: int,
        executable: bool = False,
        link: bool = False,
        offset: int = 0,
    ) -> int:
        """Add a member, and return its row.

        Args:
            method: How it is stored: `STORED` or `DEFLATED`.
            crc: CRC-32 of what it unpacks to.
            compressed: Bytes that it takes in its source.
            size: Bytes that it unpacks to.
            executable: Whether its mode has an executable bit.
            link: Whether it is a symbolic link.
            offset: Where its compressed bytes begin in the source.
        """
        self.methods.append(method)
        self.crcs.append(crc)
        self.compressed.append(compressed)
        self.sizes.append(size)
        self.offsets.append(offset)
        self.kinds.append(executable + 2 * link)
        return len(self.kinds) - 1

from __future__ import annotations

import sys

from tests.builders.member import member
from tools.archive.member import DEFLATED, STORED
from tools.archive.member_table import MemberTable


def test_a_row_holds_what_was_added() -> None:
    table = MemberTable()
    assert table.add(STORED, 1, 2, 2) == 0
    assert table.add(DEFLATED, 0xFFFFFFFF, 1 << 40, (1 << 64) - 1, executable=True, link=True, offset=7) == 1
    assert (len(table), list(table.methods), list(table.crcs)) == (2, [STORED, DEFLATED], [1, 0xFFFFFFFF])
    assert (list(table.compressed), list(table.sizes)) == ([2, 1 << 40], [2, (1 << 64) - 1])
    assert (list(table.offsets), list(table.kinds)) == (
        [0, 7],
        [0, MemberTable.EXECUTABLE | MemberTable.LINK],
    )


def test_a_row_takes_30_bytes() -> None:
    table = MemberTable()
    columns = (table.methods, table.kinds, table.crcs, table.compressed, table.sizes, table.offsets)
    assert sum(getattr(column, "itemsize", 1) for column in columns) == 30
    assert sys.getsizeof(member("a")) < 80

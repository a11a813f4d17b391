"""Raw zip: an archive written field by field, so that each can be a lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any, Optional, Union

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR64 = struct.Struct("<4sLQL")

STORED, DEFLATED = 0, 8
DESCRIPTOR, UTF8 = 1 << 3, 1 << 11
UNIX = 3 << 8
MAX_16, MAX_32 = 0xFFFF, 0xFFFFFFFF

# 2001-01-01, as Please writes it.
_TIME, _DATE = 0, 0x2A21
# The time stamp that arcat adds to each member.
UT = b"UT\x05\x00\x01\x80\xc8O:"


def deflate(data: bytes, level: int = 6) -> bytes:
    compressor = zlib.compressobj(level, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def extra_field(kind: int, data: bytes) -> bytes:
    return struct.pack("<2H", kind, len(data)) + data


def zip64_field(*values: int) -> bytes:
    return extra_field(1, struct.pack(f"<{len(values)}Q", *values))


@dataclass
class RawMember:
    """One member, and what its headers say of it.

    `local` and `central` override header fields by name: name, flags, method, crc, compressed, size, version,
    made_by, disk, attributes, offset, signature, name_size, extra_size, comment_size.
    """

    name: Union[str, bytes]
    data: bytes = b""
    method: int = DEFLATED
    mode: int = 0o100644
    # Compressed bytes, where they are not what the data deflates to.
    payload: Optional[bytes] = None
    flags: Optional[int] = None
    made_by: int = UNIX | 20
    local: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)
    local_extra: bytes = b""
    central_extra: bytes = b""
    comment: bytes = b""
    # Bytes of the sizes in the data descriptor, 4 or 8; None for no descriptor.
    descriptor: Optional[int] = None
    descriptor_signature: bool = True
    # Whether a descriptor of 8 bytes a size is announced by a local zip64 field, as it must be.
    descriptor_announced: bool = True
    descriptor_values: Optional[tuple[int, int, int]] = None
    # Put between the member and the next one.
    after: bytes = b""
    in_file: bool = True
    in_directory: bool = True

    def raw_name(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode("utf-8")

    def values(self) -> dict[str, Any]:
        payload = self.compressed()
        flags = self.flags
        if flags is None:
            flags = 0 if self.raw_name().isascii() else UTF8
            flags |= DESCRIPTOR if self.descriptor else 0
        return {
            "name": self.raw_name(),
            "version": 20,
            "flags": flags,
            "method": self.method,
            "crc": zlib.crc32(self.data),
            "compressed": len(payload),
            "size": len(self.data),
        }

    def compressed(self) -> bytes:
        if self.payload is not None:
            return self.payload
        return deflate(self.data) if self.method == DEFLATED else self.data

    def local_part(self) -> bytes:
        values: dict[str, Any] = {**self.values(), "signature": b"PK\x03\x04"}
        crc, compressed, size = values["crc"], values["compressed"], values["size"]
        local_extra = self.local_extra
        if self.descriptor:
            values.update(crc=0, compressed=0, size=0)
        if self.descriptor == 8 and self.descriptor_announced:
            values.update(compressed=MAX_32, size=MAX_32)
            local_extra += zip64_field(0, 0)
        values.update(self.local)
        header = LOCAL.pack(
            values["signature"],
            values["version"],
            values["flags"],
            values["method"],
            _TIME,
            _DATE,
            values["crc"],
            values["compressed"],
            values["size"],
            values.get("name_size", len(values["name"])),
            values.get("extra_size", len(local_extra)),
        )
        part = header + values["name"] + local_extra + self.compressed()
        if self.descriptor:
            numbers = self.descriptor_values or (crc, compressed, size)
            part += b"PK\x07\x08" if self.descriptor_signature else b""
            part += struct.pack("<3L" if self.descriptor == 4 else "<L2Q", *numbers)
        return bytes(part + self.after)

    def central_part(self, offset: int) -> bytes:
        values: dict[str, Any] = {
            **self.values(),
            "signature": b"PK\x01\x02",
            "made_by": self.made_by,
            "disk": 0,
            "attributes": self.mode << 16,
            "offset": offset,
        }
        values.update(self.central)
        header = CENTRAL.pack(
            values["signature"],
            values["made_by"],
            values["version"],
            values["flags"],
            values["method"],
            _TIME,
            _DATE,
            values["crc"],
            values["compressed"],
            values["size"],
            values.get("name_size", len(values["name"])),
            values.get("extra_size", len(self.central_extra)),
            values.get("comment_size", len(self.comment)),
            values["disk"],
            0,
            values["attributes"],
            values["offset"],
        )
        return bytes(header + values["name"] + self.central_extra + self.comment)


class EmptyMember(RawMember):
    """An empty stored file with an ASCII name, made fast: for archives of very many."""

    def local_part(self) -> bytes:
        name = self.raw_name()
        return LOCAL.pack(b"PK\x03\x04", 20, 0, STORED, _TIME, _DATE, 0, 0, 0, len(name), 0) + name

    def central_part(self, offset: int) -> bytes:
        name = self.raw_name()
        numbers = (self.made_by, 20, 0, STORED, _TIME, _DATE, 0, 0, 0, len(name), 0, 0, 0, 0)
        return CENTRAL.pack(b"PK\x01\x02", *numbers, self.mode << 16, offset) + name


@dataclass
class RawZip:
    """An archive. `end`, `end64` and `locator` override fields of these records by name."""

    members: list[RawMember] = field(default_factory=list)
    prefix: bytes = b""
    comment: bytes = b""
    suffix: bytes = b""
    before_directory: bytes = b""
    after_directory: bytes = b""
    before_end: bytes = b""
    zip64: bool = False
    end: dict[str, Any] = field(default_factory=dict)
    end64: dict[str, Any] = field(default_factory=dict)
    locator: dict[str, Any] = field(default_factory=dict)

    def add(self, name: Union[str, bytes], data: bytes = b"", **options: Any) -> RawZip:
        self.members.append(RawMember(name, data, **options))
        return self

    def build(self) -> bytes:
        parts, position, offsets = [self.prefix], len(self.prefix), []
        for member in self.members:
            offsets.append(position)
            part = member.local_part() if member.in_file else b""
            parts.append(part)
            position += len(part)
        directory = b"".join(
            member.central_part(offset)
            for member, offset in zip(self.members, offsets)
            if member.in_directory
        )
        parts += [self.before_directory, directory, self.after_directory]
        offset = position + len(self.before_directory)
        count = sum(member.in_directory for member in self.members)
        after = offset + len(directory) + len(self.after_directory)
        values: dict[str, Any] = {
            "disk": 0,
            "first_disk": 0,
            "here": count,
            "count": count,
            "size": len(directory),
        }
        values["offset"] = offset
        if self.zip64:
            wide = {
                "record_size": END64.size - 12,
                "extra": b"",
                "signature": b"PK\x06\x06",
                "version": 45,
                **values,
                **self.end64,
            }
            parts.append(
                END64.pack(
                    wide["signature"],
                    wide["record_size"],
                    45,
                    wide["version"],
                    wide["disk"],
                    wide["first_disk"],
                    wide["here"],
                    wide["count"],
                    wide["size"],
                    wide["offset"],
                )
                + wide["extra"]
            )
            where = {"disk": 0, "offset": after, "disks": 1, **self.locator}
            parts.append(LOCATOR64.pack(b"PK\x06\x07", where["disk"], where["offset"], where["disks"]))
            values.update(here=MAX_16, count=MAX_16, size=MAX_32, offset=MAX_32)
        values.update(self.end)
        parts.append(self.before_end)
        parts.append(
            END.pack(
                b"PK\x05\x06",
                values["disk"],
                values["first_disk"],
                values["here"],
                values["count"],
                values["size"],
                values["offset"],
                values.get("comment_size", len(self.comment)),
            )
        )
        return b"".join([*parts, self.comment, self.suffix])

"""The records of a zip file: their fields, signatures and flags, by the sections of APPNOTE.TXT 6.3.10."""

from __future__ import annotations

import struct

LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7
CENTRAL = struct.Struct("<4s6H3L5H2L")  # 4.3.12
END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
LOCATOR64 = struct.Struct("<4sLQL")  # 4.3.15
END = struct.Struct("<4s4H2LH")  # 4.3.16

LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
END64_SIGNATURE = b"PK\x06\x06"
LOCATOR64_SIGNATURE = b"PK\x06\x07"
END_SIGNATURE = b"PK\x05\x06"
DESCRIPTOR_SIGNATURE = b"PK\x07\x08"  # 4.3.9.3

# A field with this value refers to the zip64 record or field (4.4.1.4).
MAX_16 = 0xFFFF
MAX_32 = 0xFFFFFFFF

# The version that zip64 needs, 4.5 (4.4.3.2). Above it are other compression methods and encryption.
VERSION = 20
VERSION64 = 45

# General purpose bits (4.4.4).
ENCRYPTED = 1 << 0
LEVEL = 1 << 1 | 1 << 2
DESCRIPTOR = 1 << 3
PATCH = 1 << 5
STRONG_ENCRYPTION = 1 << 6
UTF8 = 1 << 11
MASKED_HEADER = 1 << 13
UNREADABLE = ENCRYPTED | PATCH | STRONG_ENCRYPTION | MASKED_HEADER

# Hosts that write st_mode into the upper half of the external attributes (4.4.2): Unix and macOS.
UNIX = 3
UNIX_HOSTS = (UNIX, 19)

# The header ID of the zip64 extra field (4.5.3).
ZIP64_FIELD = 0x0001

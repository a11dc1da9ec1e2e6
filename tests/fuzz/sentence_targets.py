"""Beginnings for fuzzing the readers of sentences, of FIT and of PLT, all made up here.

`SAMPLES` has files of each format; `mutations(samples)` draws what may become of one of them.
"""

import struct
from functools import reduce
from operator import xor

from hypothesis import strategies as st

FIT_EPOCH_S = 631_065_600


def nmea(*bodies):
    """Return a log of sentences, each with its checksum."""
    lines = [f"${body}*{reduce(xor, body.encode(), 0):02X}" for body in bodies]
    return "".join(f"{line}\r\n" for line in lines).encode()


def taip(*bodies):
    """Return TAIP sentences on one line; a body is all between > and the checksum."""
    summed = [f">{body};*" for body in bodies]
    return "".join(f"{text}{reduce(xor, text.encode(), 0):02X}<" for text in summed).encode()


def fit_crc(data):
    """Return the checksum of a FIT file, a bit at a time: CRC-16 with polynomial 0xA001."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def fit_message(local, number, fields, *rows):
    """Return a definition, and a message for each row.

    A field is its number, its base type and the letter by which `struct` packs it.
    """
    definition = struct.pack("<BBBHB", 0x40 | local, 0, 0, number, len(fields))
    packing = "<" + "".join(letter for _, _, letter in fields)
    for field, base, letter in fields:
        definition += bytes([field, struct.calcsize("<" + letter), base])
    return definition + b"".join(bytes([local]) + struct.pack(packing, *row) for row in rows)


def fit_file(*messages):
    """Return a FIT file: header, messages, checksum."""
    body = b"".join(messages)
    header = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    header += struct.pack("<H", fit_crc(header))
    return header + body + struct.pack("<H", fit_crc(header + body))


SERIAL = [(3, 0x8C, "I")]  # of file_id, message 0
TIMER = [(253, 0x86, "I"), (0, 0x00, "B"), (1, 0x00, "B")]  # of event, message 21
# of record, message 20: timestamp, latitude, longitude, speed in mm/s, accuracy in metres
RECORD = [(253, 0x86, "I"), (0, 0x85, "i"), (1, 0x85, "i"), (6, 0x84, "H"), (31, 0x02, "B")]

PLT_HEADER = (
    "OziExplorer Track Point File Version 2.1\r\nWGS 84\r\nAltitude is in Feet\r\nReserved 3\r\n"
    "0,2,255,made up,0,0,2,8421376\r\n2\r\n"
)
GEOLIFE_HEADER = (
    "Geolife trajectory\r\nWGS 84\r\nAltitude is in Feet\r\nReserved 3\r\n"
    "0,2,255,My Track,0,0,2,8421376\r\n0\r\n"
)

SAMPLES = {
    "nmea": [
        nmea(
            "GPRMC,235959.00,A,5238.1000,N,00108.2000,W,2.0,90.0,010624,,,A",
            "GPGGA,235959.00,5238.1000,N,00108.2000,W,1,09,0.9,70.0,M,48.0,M,,",
            "GNGGA,000001.50,5238.1010,N,00108.2010,W,2,09,1.2,70.0,M,48.0,M,,",
            "GNRMC,000001.50,A,5238.1010,N,00108.2010,W,2.5,90.0,020624,,,D",
            "GPRMC,000002.00,V,,,,,,,020624,,,N",
            "GNZDA,000003.00,02,06,2024,00,00",
            "GNGNS,000003.00,5238.1010,N,00108.2010,W,AN,09,1.2,70.0,48.0,,",
            "GPGLL,5238.1020,N,00108.2020,W,000004.00,A,A",
        ),
        b"12:00:01 $GPRMC,120000,A,5238.0,N,00108.0,W,1.0,,010624,,\n$GPGSV,1,1,00*79\n",
    ],
    "taip": [
        taip(
            "RPV86390+5263500-0011330001009012;ID=0012",
            "RPV00030+5263510-0011331001009012;ID=0012",
            "RPV00040+5263510-0011331001009091;ID=0013",
        )
        + b"\r\n>RPV00050+5263510-0011331001009011<\r\n>RLN00000<",
    ],
    "fit": [
        fit_file(
            fit_message(0, 0, SERIAL, (3_945_849,)),
            fit_message(1, 21, TIMER, (1_086_000_000, 0, 0)),
            fit_message(
                2,
                20,
                RECORD,
                (1_086_000_000, 627_997_000, -13_522_000, 1_400, 5),
                (1_086_000_005, 0x7FFFFFFF, 0x7FFFFFFF, 0xFFFF, 0xFF),
            ),
            fit_message(1, 21, TIMER, (1_086_000_006, 0, 4)),
            fit_message(2, 20, RECORD, (1_086_000_010, 627_998_000, -13_523_000, 1_500, 6)),
        )
    ],
    "plt": [
        PLT_HEADER.encode()
        + b"52.635,-1.133,1,-777,45444.5,01-Jun-24,12:00:00\r\n"
        + b"52.636,-1.134,0,-777,45444.5000579,01-Jun-24,12:00:05\r\n",
        GEOLIFE_HEADER.encode() + b"39.906631,116.385564,0,492,40097.5864583333,2009-10-11,"
        b"14:04:30\r\n39.906554,116.385625,0,492,40097.5865162037,2009-10-11,14:04:35\r\n",
    ],
}


@st.composite
def mutations(draw, samples):
    """Draw a sample after some damage: cut, flipped, inserted, moved or doubled bytes."""
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 80)))
        kind = draw(st.sampled_from(("cut", "flip", "insert", "move", "double", "drop", "junk")))
        piece = data[start:end]
        if kind == "cut":
            data = data[:start]
        elif kind == "flip":
            data = (
                data[:start]
                + bytes(b ^ draw(st.integers(0, 255)) for b in data[start : start + 1])
                + data[start + 1 :]
            )
        elif kind == "insert":
            data = data[:start] + draw(st.binary(max_size=12)) + data[start:]
        elif kind == "move":
            rest = data[:start] + data[end:]
            place = draw(st.integers(0, len(rest)))
            data = rest[:place] + piece + rest[place:]
        elif kind == "double":
            data = data[:end] + piece + data[end:]
        elif kind == "drop":
            data = data[:start] + data[end:]
        else:
            data = data[:start] + draw(st.sampled_from(JUNK)) + data[end:]
    return data


JUNK = [b",", b"9" * 40, b"nan", b"-", b"\n", b"\r", b"$GPGGA,", b">RPV", b"<", b"\x00", b"1e999"]

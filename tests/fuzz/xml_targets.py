"""What a fuzzer feeds the XML readers with, and what must hold whatever it makes of it.

The samples are made up. `hold(name, data)` raises AssertionError, or lets another exception
through, when a reader breaks its promise; a long run mutates `TARGETS[name].samples`.
"""

import io
from typing import NamedTuple

from patrolwise.files.cot_fixes import read_cot
from patrolwise.files.fix_parts import FixReader, FixTally, NotThisFormatError, RawFix
from patrolwise.files.gpx_fixes import read_gpx
from patrolwise.files.kml_fixes import read_kml
from patrolwise.files.tcx_fixes import read_tcx

GPX_SAMPLES = [
    b"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="made up" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:t="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<wpt lat="52.60" lon="-1.10"><name>Station</name></wpt>
<trk><name>Round 1</name><trkseg>
<trkpt lat="52.6300" lon="-1.1300"><ele>60</ele><time>2024-06-07T22:00:00Z</time><hdop>1.2</hdop>
</trkpt>
<trkpt lat="52.6301" lon="-1.1301"><time>2024-06-07T22:00:30.5Z</time><fix>3d</fix>
<extensions><t:TrackPointExtension><t:speed>1.4</t:speed></t:TrackPointExtension>
<accuracy>6.5</accuracy></extensions></trkpt>
<trkpt lat="52.6302" lon="-1.1302"><time>2024-06-07T22:01:00Z</time><fix>none</fix></trkpt>
</trkseg><trkseg>
<trkpt lat="52.6303" lon="-1.1303"><time>2024-06-07T23:30:00+01:00</time></trkpt>
<trkpt lat="52.6304" lon="-1.1304"></trkpt>
</trkseg></trk>
<rte><rtept lat="52.61" lon="-1.11"/></rte>
</gpx>
""",
    b"""<gpx version="1.0" creator="OsmAnd 4.7"><trk><trkseg>
<trkpt lat="52.63" lon="-1.13"><time>2024-06-07T22:00:00</time><speed>1.1</speed><hdop>7</hdop>
</trkpt></trkseg></trk></gpx>
""",
    """<?xml version="1.0" encoding="UTF-16"?>
<gpx><trk><trkseg><trkpt lat="52.63" lon="-1.13"><time>2024-06-07T22:00:00Z</time></trkpt>
</trkseg></trk></gpx>""".encode("utf-16"),
]
KML_SAMPLES = [
    b"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><Placemark><gx:MultiTrack><gx:interpolate>1</gx:interpolate>
<gx:Track>
<when>2024-06-07T22:00:00Z</when>
<when>2024-06-07T22:00:30Z</when>
<when></when>
<gx:coord>-1.1300 52.6300 60</gx:coord>
<gx:coord>-1.1301 52.6301 60</gx:coord>
<gx:coord>-1.1302 52.6302</gx:coord>
<ExtendedData><SchemaData schemaUrl="#s">
<gx:SimpleArrayData name="speed"><gx:value>1.2</gx:value><gx:value>1.3</gx:value>
<gx:value></gx:value></gx:SimpleArrayData>
<gx:SimpleArrayData name="accuracy"><gx:value>5</gx:value></gx:SimpleArrayData>
</SchemaData></ExtendedData>
</gx:Track>
<gx:Track><when>2024-06-07T23:00:00Z</when><gx:coord/></gx:Track>
</gx:MultiTrack></Placemark>
<Placemark><TimeStamp><when>2024-06-07T23:10:00Z</when></TimeStamp>
<Point><coordinates>-1.13,52.63,0</coordinates></Point></Placemark>
<Placemark><LineString><coordinates>-1.13,52.63 -1.14,52.64</coordinates></LineString></Placemark>
</Document></kml>
""",
]
TCX_SAMPLES = [
    b"""<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">
<Activities><Activity Sport="Other"><Id>2024-06-07T22:00:00Z</Id>
<Lap StartTime="2024-06-07T22:00:00Z"><Track>
<Trackpoint><Time>2024-06-07T22:00:00Z</Time><Position>
<LatitudeDegrees>52.63</LatitudeDegrees><LongitudeDegrees>-1.13</LongitudeDegrees></Position>
<Extensions><TPX xmlns="http://www.garmin.com/xmlschemas/ActivityExtension/v2">
<Speed>1.3</Speed></TPX></Extensions></Trackpoint>
<Trackpoint><Time>2024-06-07T22:00:05Z</Time></Trackpoint>
</Track></Lap><Creator><UnitId>1</UnitId></Creator></Activity></Activities>
<Courses><Course><Track><Trackpoint><Time>2024-06-07T22:00:00Z</Time><Position>
<LatitudeDegrees>52.6</LatitudeDegrees><LongitudeDegrees>-1.1</LongitudeDegrees></Position>
</Trackpoint></Track></Course></Courses>
</TrainingCenterDatabase>
""",
]
_EVENTS = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<event version="2.0" uid="radio-7" type="a-f-G-U-C" time="2024-06-07T22:00:00.000Z" how="m-g">
<point lat="52.63" lon="-1.13" hae="60" ce="6.5" le="9999999.0"/>
<detail><contact callsign="Unit 7"/><track course="90" speed="1.4"/></detail></event>
<?xml version="1.0" encoding="UTF-8"?>
<event version="2.0" uid="radio-8" type="a-f-G" time="2024-06-07T22:00:01Z" how="h-e">
<point lat="52.63" lon="-1.13" hae="60" ce="6.5" le="9999999.0"/></event>
<event version="2.0" uid="radio-9" type="a-f-G" time="2024-06-07T22:00:02Z">
<point lat="0" lon="0" hae="0" ce="9999999" le="9999999"/></event>
<event version="2.0" uid="server" type="t-x-c-t" time="2024-06-07T22:00:03Z"/>
"""
COT_SAMPLES = [
    _EVENTS,
    b"<events>"
    + _EVENTS.partition(b"?>")[2].replace(b'<?xml version="1.0" encoding="UTF-8"?>', b"")
    + b"</events>",
    _EVENTS.decode().encode("utf-16"),
]


class Target(NamedTuple):
    """One reader and what it reads."""

    read: FixReader
    samples: list[bytes]


TARGETS = {
    "gpx": Target(read_gpx, GPX_SAMPLES),
    "kml": Target(read_kml, KML_SAMPLES),
    "tcx": Target(read_tcx, TCX_SAMPLES),
    "cot": Target(read_cot, COT_SAMPLES),
}


def hold(name: str, data: bytes) -> list[RawFix] | None:
    """Check one input: fixes and a tally that adds up, or NotThisFormatError and nothing else."""
    tally = FixTally(name)
    fixes: list[RawFix] = []
    refusal = None
    try:
        for fix in TARGETS[name].read(io.BytesIO(data), tally):
            fixes.append(fix)  # noqa: PERF402 - those before a failure count
    except NotThisFormatError as error:
        refusal = str(error)
    if refusal is not None:
        assert refusal.endswith(".")
        assert not fixes
        return None
    assert tally.points == len(fixes) + tally.dropped.total()
    assert all(fix.row <= tally.points for fix in fixes)
    assert all(fix.time_us is None or abs(fix.time_us) < 2**62 for fix in fixes)
    assert all(isinstance(fix.longitude, float) for fix in fixes)
    return fixes

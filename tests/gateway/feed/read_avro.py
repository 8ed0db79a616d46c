"""Oracle: read serien.avro with python3-avro, print one figure per line, write the same records to another file."""
import sys
from decimal import Decimal

from avro.datafile import DataFileReader, DataFileWriter
from avro.io import DatumReader, DatumWriter

with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    reader = DataFileReader(source, DatumReader())
    writer = DataFileWriter(target, DatumWriter(), reader.datum_reader.writers_schema, codec="deflate")
    for series in reader:
        for figure in series["observations"]:
            value = figure["value"]
            assert (value is None) != (figure["reason"] is None), figure
            text = figure["reason"] if value is None else str(Decimal(value["mantissa"]).scaleb(-value["scale"]))
            print("|".join([series["area"]["code"], str(figure["start_day"]), text, figure["sign"]]))
        writer.append(series)
    writer.close()

"""Times zebrafy and python-escpos on the documents that `benches/labels.rs` wrote, beside our times of the same run."""

import re
import statistics
import sys
import time
from pathlib import Path

from escpos.printer import Dummy
from PIL import Image
from zebrafy import ZebrafyImage, ZebrafyPDF

FOLDER = Path(sys.argv[1])
RUNS = 15
UNITS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}


def ours(name):
    """The median that divan prints, in seconds of wall time on one thread."""
    for line in (FOLDER / "ours.txt").read_text().splitlines():
        if re.search(rf"[─ ]{re.escape(name)} ", line):
            columns = re.findall(r"([\d.]+) (ns|µs|ms|s)\b", line)
            # fastest, slowest, median, mean
            number, unit = columns[2]
            return float(number) * UNITS[unit]
    raise SystemExit(f"the benchmark told nothing of {name}")


def theirs(work):
    """The median CPU time of a call, in seconds, and what it gives."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return statistics.median(times), result


def tell(what, our_time, our_bytes, peer, their_time, their_bytes):
    print(f"{what}: ours {our_time * 1e3:.3f} ms, {our_bytes} B; {peer} {their_time * 1e3:.3f} ms, {their_bytes} B; "
          f"{their_time / our_time:.1f} times as fast, {our_bytes / their_bytes:.2f} of the bytes")


def size(name):
    return (FOLDER / name).stat().st_size


png, pdf = (FOLDER / "page.png").read_bytes(), (FOLDER / "page.pdf").read_bytes()
options = {"format": "Z64"}
their_time, zpl = theirs(lambda: ZebrafyImage(png, dither=False, **options).to_zpl())
tell("PNG → Z64", ours("png_to_z64"), size("png.zpl"), "zebrafy", their_time, len(zpl))
their_time, zpl = theirs(lambda: ZebrafyPDF(pdf, dpi=203, dither=False, **options).to_zpl())
tell("PDF → Z64", ours("pdf_to_z64"), size("pdf.zpl"), "zebrafy", their_time, len(zpl))


def receipt():
    printer = Dummy()
    printer.image(Image.open(FOLDER / "ticket.png"), impl="bitImageRaster")
    return printer.output


their_time, output = theirs(receipt)
tell("job ticket → ESC/POS", ours("generic-escpos-80"), size("ticket.escpos"), "python-escpos (as a picture)", their_time, len(output))

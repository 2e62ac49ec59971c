"""Draws every label that `tests/it/label.rs` wrote with renderers that are not ours, and reads every barcode back."""

import contextlib
import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

import escpos_reader as reader

FOLDER = Path(sys.argv[1])
HERE = Path(__file__).parent
KINDS = {
    "Code128": "code128", "Code39": "code39", "ITF": "itf", "EAN13": "ean13", "EAN8": "ean8", "UPCA": "upca",
    "UPCE": "upce", "QRCode": "qr", "DataMatrix": "datamatrix", "PDF417": "pdf417",
}
SHOWN_FAILURES = 20
# Fewer digits than scanners take.
ITF_DIGITS_MIN = 6
SLOW_PART = 8
# Two tools at once on two cores.
WORKERS = max(2, os.cpu_count() or 2)

counts = {}
failures = []


def note(check, case, problem):
    passed, failed = counts.get(check, (0, 0))
    counts[check] = (passed + (problem is None), failed + (problem is not None))
    if problem is not None:
        failures.append(f"{check}: {case['id']}: {problem}")


def kind_of(barcode):
    return KINDS.get(str(barcode.format).split(".")[-1].replace(" ", "").replace("-", ""), str(barcode.format))


def read(image):
    """Every (kind, text) that zxing-cpp finds, sorted.

    Not in pictures that it makes smaller: bars of uneven width read as other letters with a check character that is right
    by chance. Interleaved 2 of 5 has no check at all, so that letters pass for a few digits of it; scanners leave the
    factory with a least length too.
    """
    found = zxingcpp.read_barcodes(
        image, try_rotate=False, try_invert=False, try_downscale=False, text_mode=zxingcpp.TextMode.Plain
    )
    pairs = ((kind_of(barcode), barcode.text) for barcode in found)
    return sorted((kind, text) for kind, text in pairs if kind != "itf" or len(text) >= ITF_DIGITS_MIN)


def expected(case):
    return sorted((barcode["kind"], barcode["text"]) for barcode in case["barcodes"])


def compare(case, image):
    wanted, found = expected(case), read(image)
    return None if wanted == found else f"wanted {wanted}, read {found}"


def zbar(paths):
    """What zbar reads, by file. It knows no Data Matrix."""
    found = {path: [] for path in paths}
    for path in paths:
        run = subprocess.run(
            ["zbarimg", "-q", "--nodbus", "--raw", "-Sdisable", "-Scode128.enable", "-Sqrcode.enable", str(path)],
            capture_output=True, text=True,
        )
        found[path] = sorted(line for line in run.stdout.split("\n") if line)
    return found


def differing(image, ours, inked=False):
    """How many dots differ, over the smaller of both sizes; what lies outside must be white. White at the edges does not
    count where only the inked part is asked for."""
    a, b = (np.array(i.convert("L")) < 128 for i in (image, ours))
    if inked:
        a, b = (inked_part(i) for i in (a, b))
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    outside = sum(int(i.sum()) - int(i[:height, :width].sum()) for i in (a, b))
    return int((a[:height, :width] != b[:height, :width]).sum()) + outside


def inked_part(dots):
    rows, columns = (np.flatnonzero(dots.any(axis=axis)) for axis in (1, 0))
    return dots[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def labelize(case, language):
    source, target = FOLDER / f"{case['id']}.bin", FOLDER / f"{case['id']}.labelize.png"
    dots = 12 if case["dpi"] == 300 else 8
    # Some dots more than the label, so that what hangs over its edge is seen; a document is compared dot by dot.
    more = 0 if is_document(case) else 16
    size = ["--width", str((case["width"] + more) / dots), "--height", str((case["height"] + more) / dots), "--dpmm", str(dots)]
    command = [os.environ["LABELIZE_BIN"], "convert", str(source), "-o", str(target), "-f", language, *size]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0 or not target.exists():
        return None, f"labelize: {run.stderr.strip() or run.stdout.strip()}"
    return Image.open(target), None


def zpl_renderer(cases):
    """Starts zpl-renderer-js on the cases; it answers with a line for each."""
    lines = []
    for case in cases:
        dots = 12 if case["dpi"] == 300 else 8
        target = FOLDER / f"{case['id']}.zebrash.png"
        size = f"{(case['width'] + 16) / dots}\t{(case['height'] + 16) / dots}\t{dots}"
        lines.append(f"{FOLDER / case['id']}.bin\t{target}\t{size}")
    (FOLDER / "zebrash.in").write_text("\n".join(lines))
    with open(FOLDER / "zebrash.in") as source, open(FOLDER / "zebrash.out", "w") as out:
        return subprocess.Popen(["node", str(HERE / "zpl.cjs")], stdin=source, stdout=out)


def look_at_zpl(cases):
    # It takes ten times as long as labelize: one in SLOW_PART of the labels for 300 dpi is enough for it.
    slow = [case for i, case in enumerate(cases) if case["dpi"] != 300 or i % SLOW_PART == 1]
    renderer = zpl_renderer(slow)
    with ThreadPoolExecutor(WORKERS) as pool:
        for case, (image, problem) in zip(cases, pool.map(lambda case: labelize(case, "zpl"), cases)):
            note("ZPL drawn by labelize, read by zxing-cpp", case, problem or compare(case, image))
            if image is not None and is_document(case):
                wrong = differing(image, Image.open(FOLDER / f"{case['id']}.png"), is_document(case))
                note("documents in ZPL drawn by labelize, dot by dot", case, f"{wrong} dots differ" if wrong else None)
    read_with_zbar("ZPL drawn by labelize, read by zbar", cases, "labelize.png")
    renderer.wait()
    answers = (FOLDER / "zebrash.out").read_text().strip().split("\n")
    for case, answer in zip(slow, answers + ["error: no answer"] * (len(slow) - len(answers))):
        problem = answer if answer.startswith("error") else compare(case, Image.open(answer).convert("L"))
        note("ZPL drawn by zpl-renderer-js, read by zxing-cpp", case, problem)


def is_document(case):
    return case["id"].startswith("shipping-")


def look_at_tspl(cases):
    with ThreadPoolExecutor(WORKERS) as pool:
        for case, (image, problem) in zip(cases, pool.map(lambda case: labelize(case, "tspl"), cases)):
            if image is not None:
                # labelize draws the label as it leaves the printer: feet first.
                image = image.convert("L").rotate(180)
            note("TSPL drawn by labelize, read by zxing-cpp", case, problem or compare(case, image))
            if image is not None:
                wrong = differing(image, Image.open(FOLDER / f"{case['id']}.png"), is_document(case))
                note("TSPL drawn by labelize, dot by dot", case, f"{wrong} dots differ" if wrong else None)
    read_with_zbar("TSPL drawn by labelize, read by zbar", cases, "labelize.png")


def look_at_escpos(cases):
    for case in cases:
        stream = (FOLDER / f"{case['id']}.bin").read_bytes()
        try:
            image, _ = reader.read(stream, case["paper"])
            image.save(FOLDER / f"{case['id']}.redrawn.png")
            problem = compare(case, image)
        except reader.Wrong as wrong:
            problem = str(wrong)
        note("ESC/POS drawn by the reader here, read by zxing-cpp", case, problem)
    drawn = [case for case in cases if (FOLDER / f"{case['id']}.redrawn.png").exists()]
    read_with_zbar("ESC/POS drawn by the reader here, read by zbar", drawn, "redrawn.png")


def look_at_grid():
    """A PDF whose lines lie on the printer's dots must give exactly those dots: compared where the symbols are."""
    made = Image.open(FOLDER / "shipping-203.png").convert("L")
    for name in ("shipping-vector-pdf-generic-tspl-203", "shipping-image-pdf-generic-tspl-203"):
        drawn = Image.open(FOLDER / f"{name}.png").convert("L")
        for box in ((50, 410, 800, 620), (50, 650, 300, 900), (500, 660, 780, 900), (50, 920, 800, 1190)):
            wrong = differing(made.crop(box), drawn.crop(box))
            note("symbols of PDF documents at 203 dpi, dot by dot", {"id": f"{name} {box}"}, f"{wrong} dots differ" if wrong else None)


def look_at_bytes(cases):
    """Our Code 128 bytes beside python-escpos', and the reader here on what python-escpos and receiptline write."""
    from escpos.printer import Dummy

    for case in cases:
        stream = (FOLDER / f"{case['id']}.bin").read_bytes()
        for kind, text in reader.read(stream, case["paper"])[1]:
            if kind != "code128" or "{" in text or any(text[i : i + 2].isdigit() for i in range(len(text))):
                continue
            theirs = Dummy()
            # It says on standard output how it draws.
            with contextlib.redirect_stdout(io.StringIO()):
                theirs.barcode("{B" + text, "CODE128", function_type="B", check=False)
            command = theirs.output[theirs.output.index(b"\x1dk") :][: 6 + len(text)]
            note("Code 128 bytes as python-escpos writes them", case, None if command in stream else f"{command!r} is not there")
    run = subprocess.run(["node", str(HERE / "receipt.cjs")], capture_output=True, text=True)
    for line in run.stdout.split():
        text, stream = line.split(":")
        stream = bytes.fromhex(stream)
        at = stream.index(b"\x1dkI")
        read_back = reader.code_128_text(stream[at + 4 : at + 4 + stream[at + 3]])
        note("Code 128 bytes of receiptline, read by the reader here", {"id": text}, None if read_back == text else read_back)


def read_with_zbar(check, cases, suffix):
    paths = [FOLDER / f"{case['id']}.{suffix}" for case in cases]
    paths = [path for path in paths if path.exists()]
    with ThreadPoolExecutor(WORKERS) as pool:
        found = {}
        for part in pool.map(zbar, [paths[i::WORKERS] for i in range(WORKERS)]):
            found.update(part)
    for case in cases:
        path = FOLDER / f"{case['id']}.{suffix}"
        if path in found:
            wanted = sorted({text for kind, text in expected(case) if kind in ("code128", "qr")})
            have = sorted(set(found[path]))
            note(check, case, None if wanted == have else f"wanted {wanted}, read {have}")


def main():
    cases = [json.loads(line) for line in (FOLDER / "cases.jsonl").read_text().splitlines()]
    by_language = {}
    for case in cases:
        by_language.setdefault(case["language"], []).append(case)
    look_at_zpl(by_language["zpl"])
    look_at_tspl(by_language["tspl"])
    look_at_escpos(by_language["escpos"])
    look_at_grid()
    look_at_bytes(by_language["escpos"])
    for check, (passed, failed) in counts.items():
        print(f"  {check}: {passed} right, {failed} wrong")
    for failure in failures[:SHOWN_FAILURES]:
        print(f"FAILED {failure}")
    passed, failed = (sum(column) for column in zip(*counts.values()))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()

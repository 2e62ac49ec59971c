"""Draws every label that `tests/it/label.rs` wrote with renderers that are not ours, and reads every barcode back."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

import escpos

FOLDER = Path(sys.argv[1])
HERE = Path(__file__).parent
KINDS = {
    "Code128": "code128", "Code39": "code39", "ITF": "itf", "EAN13": "ean13", "EAN8": "ean8", "UPCA": "upca",
    "UPCE": "upce", "QRCode": "qr", "DataMatrix": "datamatrix",
}
SHOWN_FAILURES = 20
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
    """Every (kind, text) that zxing-cpp finds, sorted."""
    found = zxingcpp.read_barcodes(image, try_rotate=False, try_invert=False, text_mode=zxingcpp.TextMode.Plain)
    return sorted((kind_of(barcode), barcode.text) for barcode in found)


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


def differing(image, ours):
    """How many dots differ, over the smaller of both sizes; what lies outside must be white."""
    a, b = (np.array(i.convert("L")) < 128 for i in (image, ours))
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    outside = sum(int(i.sum()) - int(i[:height, :width].sum()) for i in (a, b))
    return int((a[:height, :width] != b[:height, :width]).sum()) + outside


def labelize(case, language):
    source, target = FOLDER / f"{case['id']}.bin", FOLDER / f"{case['id']}.labelize.png"
    dots = 12 if case["dpi"] == 300 else 8
    # Some dots more than the label: what hangs over its edge shall be seen.
    size = ["--width", str((case["width"] + 16) / dots), "--height", str((case["height"] + 16) / dots), "--dpmm", str(dots)]
    command = [os.environ["LABELIZE_BIN"], "convert", str(source), "-o", str(target), "-f", language, *size]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0 or not target.exists():
        return None, f"labelize: {run.stderr.strip() or run.stdout.strip()}"
    return Image.open(target), None


def look_at_zpl(cases):
    with ThreadPoolExecutor(WORKERS) as pool:
        for case, (image, problem) in zip(cases, pool.map(lambda case: labelize(case, "zpl"), cases)):
            note("ZPL drawn by labelize, read by zxing-cpp", case, problem or compare(case, image))
    lines = []
    for case in cases:
        dots = 12 if case["dpi"] == 300 else 8
        target = FOLDER / f"{case['id']}.zebrash.png"
        size = f"{(case['width'] + 16) / dots}\t{(case['height'] + 16) / dots}\t{dots}"
        lines.append(f"{FOLDER / case['id']}.bin\t{target}\t{size}")
    run = subprocess.run(["node", str(HERE / "zpl.cjs")], input="\n".join(lines), capture_output=True, text=True)
    answers = run.stdout.strip().split("\n")
    for case, answer in zip(cases, answers + ["error: no answer"] * (len(cases) - len(answers))):
        problem = answer if answer.startswith("error") else compare(case, Image.open(answer).convert("L"))
        note("ZPL drawn by zpl-renderer-js, read by zxing-cpp", case, problem)
    read_with_zbar("ZPL drawn by labelize, read by zbar", cases, "labelize.png")


def look_at_tspl(cases):
    with ThreadPoolExecutor(WORKERS) as pool:
        for case, (image, problem) in zip(cases, pool.map(lambda case: labelize(case, "tspl"), cases)):
            note("TSPL drawn by labelize, read by zxing-cpp", case, problem or compare(case, image))
            if image is not None:
                ours = Image.open(FOLDER / f"{case['id']}.png")
                wrong = min(differing(image, ours), differing(image.rotate(180), ours))
                note("TSPL drawn by labelize, dot by dot", case, f"{wrong} dots differ" if wrong else None)
    read_with_zbar("TSPL drawn by labelize, read by zbar", cases, "labelize.png")


def look_at_escpos(cases):
    for case in cases:
        stream = (FOLDER / f"{case['id']}.bin").read_bytes()
        try:
            image, _ = escpos.read(stream, case["paper"])
            image.save(FOLDER / f"{case['id']}.redrawn.png")
            problem = compare(case, image)
        except escpos.Wrong as wrong:
            problem = str(wrong)
        note("ESC/POS drawn by the reader here, read by zxing-cpp", case, problem)
    drawn = [case for case in cases if (FOLDER / f"{case['id']}.redrawn.png").exists()]
    read_with_zbar("ESC/POS drawn by the reader here, read by zbar", drawn, "redrawn.png")


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
            wanted = sorted({text for kind, text in expected(case) if kind != "datamatrix"})
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
    for check, (passed, failed) in counts.items():
        print(f"  {check}: {passed} right, {failed} wrong")
    for failure in failures[:SHOWN_FAILURES]:
        print(f"FAILED {failure}")
    passed, failed = (sum(column) for column in zip(*counts.values()))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()

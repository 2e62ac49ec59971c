"""Makes shipping labels as carriers send them: PNG and PDF, on label pages and on a letter page."""

import json
import sys
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw
from reportlab.lib.units import inch
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

FOLDER = Path(sys.argv[1])
FORMAT = zxingcpp.BarcodeFormat
# Kind, text, left and top in dots, dots of a module, dots of the bars or of a row.
SYMBOLS = [
    ("code128", FORMAT.Code128, "1Z999AA10123456784", 60, 420, 3, 180),
    ("qr", FORMAT.QRCode, "HTTPS://EXAMPLE.ORG/TRACK?N=1Z999AA10123456784", 60, 660, 5, None),
    ("datamatrix", FORMAT.DataMatrix, "J4T8R72KC 0123456789", 520, 670, 8, None),
    ("pdf417", FORMAT.PDF417, "ADA LOVELACE, 12 ST JAMES SQUARE, LONDON SW1Y 4JH", 60, 930, 3, None),
]
DOT = 72 / 203.2


def symbol(kind, text, module, height):
    """A symbol as an array of 0 and 1, one element a dot; 1 is black."""
    image = np.array(zxingcpp.create_barcode(text, kind).to_image(scale=1, add_quiet_zones=False))
    dots = (image < 128).astype(np.uint8)
    if height:
        return np.repeat(np.repeat(dots[:1], height, axis=0), module, axis=1)
    return np.kron(dots, np.ones((module, module), dtype=np.uint8))


def picture(scale=1):
    image = Image.new("L", (812, 1218), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((8, 8, 803, 1209), outline=0, width=3)
    for size, text, y in ((60, "UPS GROUND", 40), (26, "SHIP TO: Ada Lovelace", 140), (14, "Fine print 0123456789", 200)):
        draw.text((60, y), text, fill=0, font_size=size)
    for _, kind, text, x, y, module, height in SYMBOLS:
        dots = symbol(kind, text, module, height)
        image.paste(Image.fromarray((1 - dots) * 255), (x, y))
    return image.resize((812 * scale, 1218 * scale), Image.NEAREST)


def vector(pdf):
    """The same with rectangles and letters, in points, from the lower left corner of a 4 × 6 in page."""
    pdf.rect(3, 3, 281, 425)
    for size, text, y in ((22, "UPS GROUND", 400), (9, "SHIP TO: Ada Lovelace", 370), (5, "Fine print 0123456789", 350)):
        pdf.setFont("Helvetica", size)
        pdf.drawString(60 * DOT, y, text)
    for _, kind, text, x, y, module, height in SYMBOLS:
        dots = symbol(kind, text, module, height)
        path = pdf.beginPath()
        rows, row = dots.shape[0], 0
        while row < rows:
            # Equal rows are one rectangle.
            same = row
            while same < rows and (dots[same] == dots[row]).all():
                same += 1
            edges = np.flatnonzero(np.diff(np.concatenate(([0], dots[row], [0]))))
            for left, right in edges.reshape(-1, 2):
                path.rect((x + left) * DOT, 6 * inch - (y + same) * DOT, (right - left) * DOT, (same - row) * DOT)
            row = same
        pdf.drawPath(path, stroke=0, fill=1)


def page(name, size, draw):
    pdf = canvas.Canvas(str(FOLDER / name), pagesize=size)
    draw(pdf)
    pdf.showPage()
    pdf.save()


def on_letter(pdf):
    pdf.saveState()
    pdf.translate(8.5 * inch / 2 + 3 * inch, 6 * inch)
    pdf.rotate(90)
    vector(pdf)
    pdf.restoreState()
    pdf.setFont("Helvetica", 11)
    for i, line in enumerate(("Fold here.", "Instructions: put this label on the parcel, and tape over no barcode.", "Thank you.")):
        pdf.drawString(60, 330 - 40 * i, line)


def image_page(pdf):
    pdf.drawImage(ImageReader(picture()), 0, 6 * inch - 1218 * DOT, 812 * DOT, 1218 * DOT)


picture().save(FOLDER / "shipping-203.png", dpi=(203, 203))
picture().convert("RGBA").save(FOLDER / "shipping-rgba.png")
page("shipping-vector.pdf", (4 * inch, 6 * inch), vector)
page("shipping-image.pdf", (4 * inch, 6 * inch), image_page)
page("shipping-letter.pdf", (8.5 * inch, 11 * inch), on_letter)
barcodes = [{"kind": kind, "text": text} for kind, _, text, *_ in SYMBOLS]
with open(FOLDER / "documents.jsonl", "w") as out:
    for file in sorted(FOLDER.glob("shipping-*")):
        out.write(json.dumps({"file": file.name, "barcodes": barcodes}) + "\n")

"""Reads an ESC/POS stream by the lengths that its commands say, and draws it as a printer would.

Barcodes are drawn by zxing-cpp's own writer from the data in the stream. Whatever is not known here is an error: nothing
may slip through as text.
"""

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

CODE_128 = zxingcpp.BarcodeFormat.Code128
QR = zxingcpp.BarcodeFormat.QRCode


class Wrong(Exception):
    """The stream is not what a printer takes."""


class Paper:
    def __init__(self, width):
        self.width = width
        self.rows = []
        self.reset()

    def reset(self):
        self.align = 0
        self.times = (1, 1)
        self.spacing = 30
        self.bar_height, self.bar_module = 162, 3
        self.qr_module, self.qr_data = 3, None
        self.labels_cut = 0

    def put(self, dots, align=True):
        """Adds rows: an array of 0 and 1, 1 is black."""
        height, width = dots.shape
        if width > self.width:
            raise Wrong(f"{width} dots on paper of {self.width}: a printer would leave it out")
        row = np.zeros((height, self.width), dtype=np.uint8)
        left = {0: 0, 1: (self.width - width) // 2, 2: self.width - width}[self.align if align else 0]
        row[:, left : left + width] = dots
        self.rows.append(row)

    def text(self, line):
        across, down = self.times
        width = 12 * across * len(line)
        image = Image.new("L", (max(width, 1), 24 * down), 0)
        for i, letter in enumerate(line):
            cell = Image.new("L", (12, 24), 0)
            ImageDraw.Draw(cell).text((2, 6), letter, fill=255)
            image.paste(cell.resize((12 * across, 24 * down), Image.NEAREST), (12 * across * i, 0))
        self.put((np.array(image) > 127).astype(np.uint8))
        rest = self.spacing - 24 * down
        if rest > 0:
            self.put(np.zeros((rest, 1), dtype=np.uint8))

    def symbol(self, content, kind, module, height=None, **options):
        image = np.array(zxingcpp.create_barcode(content, kind, **options).to_image(scale=1, add_quiet_zones=False))
        dots = (image < 128).astype(np.uint8)
        if height is not None:
            dots = np.repeat(dots[:1], height, axis=0)
            dots = np.repeat(dots, module, axis=1)
        else:
            dots = np.kron(dots, np.ones((module, module), dtype=np.uint8))
        self.put(dots)

    def image(self):
        rows = np.concatenate(self.rows) if self.rows else np.zeros((1, self.width), dtype=np.uint8)
        return Image.fromarray(((1 - rows) * 255).astype(np.uint8))


def code_128_text(data):
    """The text of `GS k` function B data."""
    text, at, code_set = "", 0, None
    while at < len(data):
        byte = data[at]
        if byte == 0x7B:
            if at + 1 >= len(data):
                raise Wrong("a brace at the end of Code 128 data")
            what = chr(data[at + 1])
            at += 2
            if what in "ABC":
                code_set = what
            elif what == "{" and code_set != "C":
                text += "{"
            else:
                raise Wrong(f"{{{what} in Code 128 data")
            continue
        if code_set is None:
            raise Wrong("Code 128 data without a code set")
        if code_set == "C":
            if byte > 99:
                raise Wrong(f"{byte} in code set C")
            text += f"{byte:02d}"
        else:
            text += chr(byte)
        at += 1
    return text


def read(stream, width):
    """Draws the stream; answers with the image and the (kind, text) of each native barcode."""
    paper, at, line, found = Paper(width), 0, "", []

    def take(count):
        nonlocal at
        if at + count > len(stream):
            raise Wrong(f"the stream ends within a command at {at}")
        part = stream[at : at + count]
        at += count
        return part

    def only_at_line_start(what):
        if line:
            raise Wrong(f"{what} in the middle of a line")

    while at < len(stream):
        byte = take(1)[0]
        if byte == 0x0A:
            paper.text(line)
            line = ""
        elif byte == 0x00:
            only_at_line_start("NUL")
        elif 0x20 <= byte < 0x7F:
            line += chr(byte)
        elif byte == 0x1B:
            command = take(1)
            if command == b"@":
                paper.reset()
            elif command == b"a":
                only_at_line_start("ESC a")
                paper.align = take(1)[0]
            elif command == b"E":
                take(1)
            elif command == b"2":
                paper.spacing = 30
            elif command == b"3":
                paper.spacing = take(1)[0]
            elif command == b"d":
                lines = take(1)[0]
                if line:
                    paper.text(line)
                    line, lines = "", lines - 1
                if lines > 0:
                    paper.put(np.zeros((lines * paper.spacing, 1), dtype=np.uint8))
            else:
                raise Wrong(f"ESC {command!r} is not known")
        elif byte == 0x1D:
            command = take(1)
            if command == b"!":
                size = take(1)[0]
                paper.times = ((size >> 4) + 1, (size & 15) + 1)
            elif command == b"v":
                only_at_line_start("GS v")
                if take(2) != b"0\0":
                    raise Wrong("GS v with another form than 0")
                wide, high = (int.from_bytes(take(2), "little") for _ in range(2))
                dots = np.unpackbits(np.frombuffer(take(wide * high), dtype=np.uint8)).reshape(high, wide * 8)
                if dots[:, paper.width :].any():
                    raise Wrong("dots beyond the paper")
                paper.put(dots[:, : paper.width], align=True)
            elif command == b"h":
                paper.bar_height = take(1)[0]
            elif command == b"w":
                paper.bar_module = take(1)[0]
                if not 2 <= paper.bar_module <= 6:
                    raise Wrong(f"a bar module of {paper.bar_module}")
            elif command == b"H":
                take(1)
            elif command == b"k":
                only_at_line_start("GS k")
                kind, length = take(2)
                if kind != 73 or length < 2:
                    raise Wrong(f"GS k {kind} of {length} bytes")
                text = code_128_text(take(length))
                paper.symbol(text, CODE_128, paper.bar_module, paper.bar_height)
                found.append(("code128", text))
            elif command == b"(":
                if take(1) != b"k":
                    raise Wrong("GS ( of another kind than k")
                data = take(int.from_bytes(take(2), "little"))
                if data[:2] == b"1C":
                    paper.qr_module = data[2]
                elif data[:3] == b"1P0":
                    paper.qr_data = data[3:].decode()
                elif data[:3] == b"1Q0":
                    paper.symbol(paper.qr_data, QR, paper.qr_module, ec_level="M")
                    found.append(("qr", paper.qr_data))
                elif data[:2] not in (b"1A", b"1E"):
                    raise Wrong(f"GS ( k {data[:3]!r}")
            elif command == b"V":
                if take(2) != b"B\0":
                    raise Wrong("another cut than GS V 66 0")
                paper.labels_cut += 1
            else:
                raise Wrong(f"GS {command!r} is not known")
        else:
            raise Wrong(f"byte {byte:#04x} at {at - 1}")
    if line:
        raise Wrong("text without an end of line")
    return paper.image(), found

"""Holds our GS1 reader against biip: element strings in, both readings out, every difference shown.

The element strings are made from biip's own list of application identifiers, so that none is left out, and
some are bent. Usage: compare.py STATIOND [HOW_MANY]
"""

import json
import random
import re
import subprocess
import sys

import biip
from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS
from biip.gs1_messages import GS1Message

SEED = 20261121
GS = "\x1d"
# The characters that GS1 allows in values, without the ones that only part numbers may have.
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
DATES = ("260131", "270228", "991231", "000100")


def check_digit(serial):
    total = sum(int(c) * (3 if n % 2 == 0 else 1) for n, c in enumerate(reversed(serial)))
    return str(-total % 10)


def part(spec, chance):
    """A random value of one part of a format, such as N6, N..8 or X..20."""
    kind, least, most = re.fullmatch(r"\[?([NXYZ])(\.\.)?(\d+)\]?", spec).groups()
    length = chance.randint(1, int(most)) if least else int(most)
    return "".join(chance.choice("0123456789" if kind == "N" else CHARACTERS) for _ in range(length))


def value(ai, chance):
    """A random value of an application identifier, with its check digit and a date where one is asked for."""
    for _ in range(200):
        specs = re.findall(r"\[?[NXYZ](?:\.\.)?\d+\]?", ai.format)[1:]
        text = "".join(part(spec, chance) for spec in specs if not spec.startswith("[") or chance.random() < 0.5)
        for key, length in KEYS.items():
            if ai.ai == key or ai.ai.startswith(key):
                text = text[: length - 1] + check_digit(text[: length - 1]) + text[length:]
        if re.search(r"\(YYMMDD", ai.description) or ai.ai in ("11", "12", "13", "15", "16", "17"):
            text = chance.choice(DATES) + text[6:]
        try:
            GS1Message.parse(ai.ai + text)
            return text
        except biip.ParseError:
            continue
    return None


# How long the number with a check digit is.
KEYS = {"00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17, "41": 13, "8003": 14, "8006": 14,
        "8017": 18, "8018": 18, "8026": 14}


# The first two digits of the identifiers whose length is known in advance (General Specifications, 7.8.5).
CLOSED = ["00", "01", "02", "03", "04", *map(str, range(11, 21)), *map(str, range(31, 37)), "41"]


def made(count, chance):
    """Element strings of one to four elements: every identifier alone, then by chance."""
    values = {}
    skipped = []
    for ai in _GS1_APPLICATION_IDENTIFIERS.values():
        text = value(ai, chance)
        if text is None:
            skipped.append(ai.ai)
            continue
        values[ai.ai] = (ai, text)
        yield ai.ai + text
    print(f"{len(values)} application identifiers, no value found for {', '.join(skipped) or 'none'}")
    known = list(values.values())
    for _ in range(count):
        row = chance.choices(known, k=chance.randint(2, 4))
        text = "".join(ai.ai + text + ("" if ai.ai[:2] in CLOSED else GS) for ai, text in row)
        text = text.removesuffix(GS)
        yield text
        at = chance.randrange(len(text))
        bent = text[:at] + chance.choice("0123456789A" + GS) + text[at + 1 :]
        yield bent


def is_wrong(elements):
    """Whether a value is empty, or a key's check digit wrong; biip looks at some of them only."""
    for ai, text in elements:
        if not text:
            return True
        for key, length in KEYS.items():
            if ai.startswith(key) and text[length - 1] != check_digit(text[: length - 1]):
                return True
    return False


def is_guessed(text, elements):
    """Whether a separator is missing, so that both readers can only guess where a value ended."""
    rest = text.lstrip(GS)
    for ai, value in elements[:-1]:
        rest = rest[len(ai) + len(value) :]
        if ai[:2] not in CLOSED and not rest.startswith(GS):
            return True
        rest = rest.lstrip(GS)
    return False


def theirs(text):
    """What biip reads; None where it refuses."""
    try:
        message = GS1Message.parse(text)
    except biip.ParseError:
        return None
    for element in message.element_strings:
        if element.gtin_error or element.sscc_error or element.gln_error:
            return None
    return [[element.ai.ai, element.value] for element in message.element_strings]


def main():
    stationd = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    texts = [text for text in made(count, random.Random(SEED))]
    lines = "".join(f"]C1{text}\n" for text in texts)
    output = subprocess.run([stationd, "explain", "--json"], input=lines, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in output.stdout.splitlines()]
    assert len(answers) == len(texts), (len(answers), len(texts))
    passed = failed = looser = stricter = guessed = 0
    for text, answer in zip(texts, answers):
        ours, other = answer.get("elements"), theirs(text)
        if ours == other:
            passed += 1
        elif other is None:
            # biip also checks dates and other meanings of values; what a scan names does not depend on them.
            looser += 1
        elif ours is None and is_wrong(other):
            stricter += 1
        elif is_guessed(text, other):
            guessed += 1
        else:
            failed += 1
            if failed <= 20:
                print(f"FAILED {text!r}\n  ours   {ours}\n  theirs {other}")
    print(f"{looser} were refused by biip alone, {stricter} by us alone, "
          f"{guessed} were guessed at")
    print(f"{passed + looser + stricter + guessed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What was measured as a picture: bars of MB a second, one thread, a panel a
text. Plain SVG that is readable on light and on dark pages."""
from html import escape

COLUMNS, WIDTH, GAP = 2, 380, 20
NAMES, FIGURES, BAR, STEP, HEAD, TOP, FOOT = 120, 92, 13, 20, 30, 52, 20
TITLES = {"en": "English", "zh": "Chinese", "code": "C code", "multi": "108 languages",
          "mix": "English, Chinese, C code"}
MODELS = ("SentencePiece's model of 32,000 pieces (gigatoken: BPE of the same size); "
          "below, BytePiece's of 40,000")
# In the picture from above: what to call it, peer (none: tok), vocabulary.
BARS = (("tok", None, "sp32k"), ("gigatoken (BPE)", "gigatoken", "sp32k"),
        ("splintr", "splintr", "sp32k"), ("SentencePiece", "sentencepiece", "sp32k"),
        ("IREE", "iree", "sp32k"), ("HF tokenizers", "tokenizers", "sp32k"),
        ("tok", None, "bp40k"), ("BytePiece", "bytepiece", "bp40k"))
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 } .panel { font-weight: 600 }
.small { font-size: 11px; fill: #57606a }
.ours .first { fill: #0969da } .ours .again { fill: #0969da; opacity: .35 }
.first { fill: #6e7781 } .again { fill: #6e7781; opacity: .35 }
@media (prefers-color-scheme: dark) {
 text { fill: #e6edf3 } .small { fill: #9198a1 }
 .ours .first, .ours .again { fill: #4493f8 } .first, .again { fill: #9198a1 } }
"""


def bars_of(speed, text, documents):
    """(name, model, ours, first, again) of each bar that was measured. tok's
    speed is that on the longest part of the text."""
    rows = [row for row in speed if (row["text"], row["documents"]) == (text, documents)]
    for name, peer, vocabulary in BARS:
        who = "peer" if peer else "tok"
        found = [row for row in rows if row["vocabulary"] == vocabulary and
                 (not peer or row["peer"] == peer) and
                 f"{who} first" in row["one"]["figures"]]
        if found:
            figures = max(found, key=lambda row: row["mb"])["one"]["figures"]
            yield (name, vocabulary, not peer, *(figures[f"{who} {when}"]["median"]
                                                 for when in ("first", "again")))


def bar(x, y, scale, name, _, ours, first, again):
    at = x + NAMES
    kind = ' class="ours"' if ours else ""
    return (f'<g{kind}><text x="{at - 6}" y="{y + 11}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="again" x="{at}" y="{y}" width="{again * scale:.1f}" height="{BAR}"/>'
            f'<rect class="first" x="{at}" y="{y}" width="{first * scale:.1f}" height="{BAR}"/>'
            f'<text class="small" x="{at + max(first, again) * scale + 5:.1f}" y="{y + 11}">'
            f"{first:.{int(first < 10)}f} / {again:.{int(again < 10)}f}</text></g>")


def panel(x, y, text, bars):
    scale = (WIDTH - NAMES - FIGURES) / max(max(one[3:]) for one in bars)
    yield f'<text class="panel" x="{x}" y="{y + 14}">{escape(TITLES.get(text, text))}</text>'
    at = y + HEAD - 8
    for i, one in enumerate(bars):
        at += 6 if i and one[1] != bars[i - 1][1] else 0
        yield bar(x, at, scale, *one)
        at += STEP


def drawn(measured, documents="lines"):
    """The SVG of what tests/bench/run --json says."""
    speed = measured["speed"]
    texts = [text for text in TITLES if text != "mix"]
    panels = [(text, bars) for text in texts if (bars := list(bars_of(speed, text, documents)))]
    tall = max((len(bars) for _, bars in panels), default=0) * STEP + HEAD + 12
    n = -(-len(panels) // COLUMNS)
    width, height = COLUMNS * (WIDTH + GAP) + GAP, TOP + n * tall + FOOT
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
             f'width="{width}" height="{height}" role="img">',
             "<title>MB of text a CPU second, one thread</title>", f"<style>{STYLE}</style>",
             f'<text class="title" x="{GAP}" y="24">Text to ids, MB a second, one thread</text>',
             f'<text class="small" x="{GAP}" y="42">First pass / repeated, {documents}. '
             f"{escape(MODELS)}</text>"]
    for i, (text, bars) in enumerate(panels):
        parts += panel(GAP + i % COLUMNS * (WIDTH + GAP), TOP + i // COLUMNS * tall, text, bars)
    note = f"{measured['cpu']}, {measured['date']}, medians of {measured['rounds']} rounds"
    parts += [f'<text class="small" x="{GAP}" y="{height - 8}">{escape(note)}</text>', "</svg>"]
    return "\n".join(parts) + "\n"

"""The state diagram of a table as SVG: states as boxes one below the other, movements as arcs beside them.

What leads down the page runs on the right, what leads up on the left. Where an arc leaves a box stand the names of
its movements, and every end of an arc has a height of its own, so that no line runs through a text; what stays in
a state is listed in its box. Texts are texts: they can be searched, and a reader speaks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from xml.sax.saxutils import escape

from flows.rules.tables import State, Table

Language = Literal["en", "hi"]

LINE: Final = 18
"""Height of a line of text, pixels; all other measures are pixels too."""
_LETTER: Final = 8
"""The widest that a letter is taken to be; Devanagari's signs make it less."""
_BOX: Final = 320
_WORDS: Final = 34
"""Letters in a line beside an arc."""
_NAMES: Final = _LETTER * (_WORDS + 2)
_GAP: Final = 30
_PAD: Final = 10
_TITLE: Final = 44
_LANE: Final = 14

_STYLE: Final = """
text{font:13px 'Noto Sans','Noto Sans Devanagari',sans-serif;fill:#111}
.title{font-size:17px;font-weight:600}.state{font-weight:600}.sort,.stays{fill:#444}
rect{fill:#fff;stroke:#333;stroke-width:1.5}.in_transit rect{stroke-dasharray:6 3}.closed rect{stroke-width:4}
path{fill:none;stroke:#555;stroke-width:1.3}marker path{fill:#555;stroke:none}
@media(prefers-color-scheme:dark){text{fill:#eee}.sort,.stays{fill:#bbb}rect{fill:#222;stroke:#ccc}
svg{background:#1a1a1a}path{stroke:#aaa}marker path{fill:#aaa}}
"""

_SORTS: Final[Mapping[str, tuple[str, str]]] = {
    "in_hand": ("in hand", "हाथ में"),
    "in_transit": ("on its way", "मार्ग में"),
    "waiting": ("waiting for others", "अन्य की प्रतीक्षा में"),
    "decided": ("decided", "निर्णीत"),
    "closed": ("closed", "बंद"),
}


@dataclass(slots=True)
class _Arc:
    """All movements from one state to another: their names, and the heights at which it leaves and arrives."""

    begin: str
    end: str
    down: bool
    words: Sequence[str]
    lane: int
    leaves: int = 0
    arrives: int = 0


@dataclass(slots=True)
class _Box:
    """A state at its place."""

    state: State
    lines: Sequence[str]
    top: int = 0
    height: int = 0
    used: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def take(self, lines: int, *, down: bool) -> int:
        """Room for so many lines on one side: the height of the first, from the box's top."""
        at = self.used[down]
        self.used[down] += lines * LINE
        return at + _PAD + LINE // 2

    def close(self, top: int) -> int:
        """Puts the box at its place; answers where the next one begins."""
        self.top = top
        self.height = max(LINE * (2 + len(self.lines)), *self.used.values()) + 2 * _PAD
        return top + self.height + _GAP


def state_diagram(table: Table, title: str, language: Language) -> str:
    """The SVG of a table in one language; ``title`` is what the picture shows, also for a screen reader."""
    tongue = 0 if language == "en" else 1
    boxes = {state.name: _Box(state, _inside(table, state, tongue)) for state in table.states}
    arcs = _arcs(table, tongue)
    bottom = _placed(boxes, arcs)
    left = _width(arcs, down=False)
    width = left + _BOX + _width(arcs, down=True)
    lines = [f'<text class="title" x="{_PAD}" y="26">{escape(title)}</text>']
    lines += [line for arc in arcs for line in _drawn(arc, left if not arc.down else left + _BOX)]
    lines += [line for box in boxes.values() for line in _boxed(box, left, tongue)]
    return "\n".join([*_head(title, width, bottom, language), *lines, "</svg>\n"])


def _head(title: str, width: int, height: int, language: Language) -> list[str]:
    spoken = escape(title, {'"': "&quot;"})
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{spoken}" lang="{language}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0 10 5 0 10z"/></marker></defs>',
    ]


def _inside(table: Table, state: State, tongue: int) -> list[str]:
    """How a docket begins in a state, and what changes nothing of it, a few names to a line."""
    begins = [f"▸ {row.label[tongue]}" for row in table.rows if not row.from_states and row.to_state == state.name]
    stay = [row for row in table.rows if state.name in row.from_states and row.to_state in (None, state.name)]
    return [*begins, *_filled([row.label[tongue] for row in stay], (_BOX - 2 * _PAD) // _LETTER)]


def _filled(words: Iterable[str], wide: int) -> Iterator[str]:
    """Names joined by a dot into lines of so many letters; a longer name has a line of its own."""
    line = ""
    for word in dict.fromkeys(words):  # two movements may have one name
        longer = f"{line} · {word}" if line else word
        if line and len(longer) > wide:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _arcs(table: Table, tongue: int) -> list[_Arc]:
    """From each state to each other that a movement leads to; shorter ones run nearer to the boxes."""
    order = {state.name: place for place, state in enumerate(table.states)}
    leading: dict[tuple[str, str], list[str]] = {}
    for row in table.rows:
        for begin in row.from_states - {row.to_state}:
            if row.to_state is not None:
                leading.setdefault((begin, row.to_state), []).append(row.label[tongue])
    lanes, found = {True: 0, False: 0}, list[_Arc]()
    for begin, end in sorted(leading, key=lambda pair: (abs(order[pair[1]] - order[pair[0]]), order[pair[0]])):
        down = order[end] > order[begin]
        found.append(_Arc(begin, end, down, tuple(_filled(leading[begin, end], _WORDS)), lanes[down]))
        lanes[down] += 1
    return found


def _placed(boxes: Mapping[str, _Box], arcs: Sequence[_Arc]) -> int:
    """Gives every box its place and every end of an arc its height; answers the height of the whole."""
    for arc in arcs:
        arc.leaves = boxes[arc.begin].take(len(arc.words), down=arc.down)
        arc.arrives = boxes[arc.end].take(1, down=arc.down)
    bottom = _TITLE
    for box in boxes.values():
        bottom = box.close(bottom)
    for arc in arcs:
        arc.leaves += boxes[arc.begin].top
        arc.arrives += boxes[arc.end].top
    return bottom


def _width(arcs: Sequence[_Arc], *, down: bool) -> int:
    """How wide one side is: names, then a lane for each arc."""
    lanes = sum(arc.down == down for arc in arcs)
    return _PAD if not lanes else _NAMES + _LANE * lanes + 2 * _PAD


def _drawn(arc: _Arc, edge: int) -> Iterator[str]:
    """An arc from the edge of its boxes, with its names over its beginning."""
    way, anchor = (1, "start") if arc.down else (-1, "end")
    lane, base = edge + way * (_NAMES + _LANE * (arc.lane + 1)), arc.leaves + LINE * (len(arc.words) - 1) + 5
    yield (
        f'<path d="M{edge} {base}H{lane}V{arc.arrives}H{edge}" marker-end="url(#tip)">'
        f"<title>{escape(' · '.join(arc.words))}</title></path>"
    )
    for place, line in enumerate(arc.words):
        y = arc.leaves + LINE * place + 1
        yield f'<text x="{edge + way * _PAD}" y="{y}" text-anchor="{anchor}">{escape(line)}</text>'


def _boxed(box: _Box, left: int, tongue: int) -> Iterator[str]:
    yield f'<g class="{box.state.sort.value}">'
    yield f'<rect x="{left}" y="{box.top}" width="{_BOX}" height="{box.height}" rx="6"/>'
    x, y = left + _PAD, box.top + _PAD + 12
    yield f'<text class="state" x="{x}" y="{y}">{escape(box.state.label[tongue])}</text>'
    yield f'<text class="sort" x="{x}" y="{y + LINE}">{escape(_SORTS[box.state.sort.value][tongue])}</text>'
    for place, line in enumerate(box.lines):
        yield f'<text class="stays" x="{x}" y="{y + LINE * (place + 2)}">{escape(line)}</text>'
    yield "</g>"

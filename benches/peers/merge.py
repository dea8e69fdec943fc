"""Merges what a call says with what people typed into a Task's Description (DESC-7 to DESC-9).

The functions work on lists of lines. A block is a pair of its kind (`link`, `note` or `insight`) and
its text, cleaned.
"""

from itertools import groupby

LIMIT = 32_000


def text_of(blocks):
    return "\n\n".join(text for _, text in blocks).strip()


def lines_of(text):
    return text.split("\n") if text else []


def fitting(blocks, size, cut):
    """Returns the blocks of the longest prefix that is within the limit (DESC-5, DESC-9)."""
    # Half a link leads nowhere.
    blocks = [(kind, text) for kind, text in blocks if kind != "link" or size(text) <= LIMIT]
    while size(text_of(blocks)) > LIMIT and blocks[-1][0] == "insight":
        blocks.pop()
    text, dropped = cut(text_of(blocks), LIMIT, size)
    if not dropped:
        return blocks
    kept = []
    for kind, block in blocks:
        if part := text[:len(block)]:
            kept.append((kind, part))
        text = text[len(block) + 2:]
    return kept


class Description:
    """The present Description, and how much of what the call says fits beside it."""

    def __init__(self, theirs, base, sent, ended, size, other_link):
        self.theirs, self.base, self.sent = theirs, base, sent
        self.ended, self.size, self.other_link = ended, size, other_link

    def merge(self, blocks, cut):
        """Returns the new text, what the call said in it, and how many characters of the call's went.

        The text is None where what people typed is over the limit by itself. What the call said is
        None where the next update must not take it as its base.
        """
        whole = text_of(blocks)
        if self.sent and set(lines_of(self.sent)) <= {"", *lines_of(self.theirs)}:
            self.base = self.sent
        merge = self._without_base if self.base is None else self._with_base
        blocks = fitting(blocks, self.size, cut)
        text, said = merge(blocks)
        if self._fits(text):
            return text, said, len(whole) - len(text_of(blocks))
        if not self._fits(merge([])[0]):
            return None, None, 0
        places = list(range(len(blocks)))
        for kind in ("insight", "note", "link"):
            for place in [place for place in reversed(places) if blocks[place][0] == kind]:
                places.remove(place)
                kept = [blocks[other] for other in places]
                text, said = merge(kept)
                if not self._fits(text):
                    continue
                if kind == "note" and merge == self._with_base:
                    kept = self._with_part(kept, place, blocks[place][1], cut)
                    text, said = merge(kept)
                # With a base, the next update would add a part of the note that has no room.
                said = None if self.base is None else said
                return text, said, len(whole) - len(text_of(kept))
        return None, None, 0

    def _fits(self, text):
        return self.size(text) <= LIMIT

    def _with_part(self, kept, place, note, cut):
        """Adds the longest prefix of a note that fits."""
        best = kept
        low, high = 0, self.size(note)
        while low < high:
            middle = (low + high + 1) // 2
            prefix, _ = cut(note, middle, self.size)
            with_part = kept[:place] + [("note", prefix)] + kept[place:] if prefix else kept
            text, _ = self._with_base(with_part)
            if self._fits(text):
                low, best = middle, with_part
            else:
                high = middle - 1
        return best

    def _with_base(self, blocks):
        """The three-way merge of DESC-7."""
        theirs, base = lines_of(self.theirs), lines_of(self.base or "")
        ours = Ours(blocks)
        added = [block for block, stands in zip(blocks, standing(blocks, base)) if stands is None]
        if added and base != theirs and None not in standing(added, theirs):
            base = ours.lines
        if not self.ended:
            ours.restore(base)
        said = "\n".join(ours.lines).strip()
        if base == ours.lines:
            return self.theirs, said
        return said if base == theirs else three_way(base, ours, theirs), said

    def _without_base(self, blocks):
        """Adds the blocks that stand nowhere (DESC-8)."""
        lines = lines_of(self.theirs)
        # A block may quote a shorter one, so the longest is looked for first.
        order = sorted(range(len(blocks)), key=lambda place: -blocks[place][1].count("\n"))
        found = dict(zip(order, standing([blocks[place] for place in order], lines)))
        spans = {place: range(at, at + blocks[place][1].count("\n") + 1) for place, at in found.items() if at is not None}
        free = [at for at in range(len(lines)) if not any(at in span for span in spans.values())]
        # The added texts, by the line that they come below; -1 is the top.
        added = {}
        before = len(lines) - 1
        for place, (kind, text) in enumerate(blocks):
            other = next((at for at in free if self.other_link(lines[at])), None)
            if place in spans:
                before = spans[place][-1] if kind != "link" else before
            elif kind != "link":
                added.setdefault(before, []).append(text)
            elif other is not None:
                lines[other] = text
            else:
                added[-1] = [text]
        out = Output()
        for at in range(-1, len(lines)):
            if at >= 0:
                out.line(lines[at])
            for text in added.get(at, []):
                out.paragraph(lines_of(text))
        return out.text(), text_of(blocks)


class Output:
    """Collects lines; a paragraph has an empty line on each side."""

    def __init__(self):
        self.lines = []
        self.gap = False

    def line(self, line):
        if self.gap and line:
            self.lines.append("")
        self.gap = False
        self.lines.append(line)

    def paragraph(self, lines):
        if self.lines and self.lines[-1]:
            self.gap = True
        for line in lines:
            self.line(line)
        self.gap = True

    def text(self):
        return "\n".join(self.lines).strip()


def standing(blocks, lines):
    """Finds the first line of each block; blocks share no line, and None stands nowhere."""
    taken = set()
    places = []
    for _, text in blocks:
        block = text.split("\n")
        place = next(
            (
                at for at in range(len(lines) - len(block) + 1)
                if lines[at:at + len(block)] == block and taken.isdisjoint(range(at, at + len(block)))
            ),
            None,
        )
        if place is not None:
            taken |= set(range(place, place + len(block)))
        places.append(place)
    return places


class Ours:
    """The lines of what the call says, each with the number of its block; None between blocks."""

    def __init__(self, blocks):
        self.lines, self.blocks = [], []
        for number, (_, text) in enumerate(blocks):
            if number:
                self.lines.append("")
                self.blocks.append(None)
            block = text.split("\n")
            self.lines += block
            self.blocks += [number] * len(block)

    def restore(self, base):
        """Puts back what ours only lacks of the base: a running call takes nothing away (UPD-3)."""
        lines, blocks, at = [], [], 0
        for start, end, first, last in hunks(base, self.lines):
            if first < last:
                continue
            lines += self.lines[at:first] + base[start:end]
            blocks += self.blocks[at:first] + [f"restored {start}"] * (end - start)
            at = first
        self.lines, self.blocks = lines + self.lines[at:], blocks + self.blocks[at:]


def hunks(base, other):
    """Returns the differences as (start, end) of the base and (start, end) of the other text.

    They are a longest common subsequence's, in which an empty line counts next to nothing. A pure
    insertion or removal stands as high as it can.
    """
    start = 0
    while start < min(len(base), len(other)) and base[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(base), len(other)) - start and base[-1 - end] == other[-1 - end]:
        end += 1
    rows, columns = base[start:len(base) - end], other[start:len(other) - end]
    # What the lines from a row and a column on have in common at most.
    common = [[0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
    for row in reversed(range(len(rows))):
        for column in reversed(range(len(columns))):
            common[row][column] = (
                common[row + 1][column + 1] + (1_000_000 if rows[row] else 1) if rows[row] == columns[column]
                else max(common[row + 1][column], common[row][column + 1]))
    found = []
    row = column = 0

    def is_end():
        return row == len(rows) and column == len(columns)

    def is_same():
        return row < len(rows) and column < len(columns) and rows[row] == columns[column]

    while not is_end():
        first, column_first = row, column
        while not is_end() and not is_same():
            if column == len(columns) or row < len(rows) and common[row + 1][column] >= common[row][column + 1]:
                row += 1
            else:
                column += 1
        if first < row or column_first < column:
            found.append((start + first, start + row, start + column_first, start + column))
        while is_same():
            row, column = row + 1, column + 1
    return raised(found, base, other)


def raised(found, base, other):
    """Moves insertions and removals up as far as the lines above allow."""
    out = []
    for start, end, first, last in found:
        floor, column_floor = (out[-1][1], out[-1][3]) if out else (0, 0)
        while start == end and first > column_floor and start > floor and other[first - 1] == other[last - 1]:
            start, end, first, last = start - 1, end - 1, first - 1, last - 1
        while first == last and start > floor and first > column_floor and base[start - 1] == base[end - 1]:
            start, end, first, last = start - 1, end - 1, first - 1, last - 1
        out.append((start, end, first, last))
    return out


def meet(one, other):
    """Whether two hunks share a line of the base, or insert at the same place."""
    if one[0] == one[1] or other[0] == other[1]:
        return one[0] == other[0] and one[1] == other[1] or one[0] < other[0] < one[1] or other[0] < one[0] < other[1]
    return one[0] < other[1] and other[0] < one[1]


def regions(ours, theirs):
    """Groups the hunks of both sides that meet; each group is (hunks of ours, hunks of theirs)."""
    def order(hunk):
        return hunk[0], hunk[1]

    groups = []
    for side, hunk in sorted([(0, hunk) for hunk in ours] + [(1, hunk) for hunk in theirs], key=lambda item: (order(item[1]), item[0])):
        if groups and any(meet(hunk, member) for member in groups[-1][1 - side]):
            groups[-1][side].append(hunk)
        else:
            groups.append(([], []))
            groups[-1][side].append(hunk)
    return groups


def three_way(base, ours, theirs):
    our_hunks, their_hunks = hunks(base, ours.lines), hunks(base, theirs)
    out = Merged(ours)
    at = our_at = their_at = 0
    for mine, other in regions(our_hunks, their_hunks):
        both = mine + other
        start, end = min(hunk[0] for hunk in both), max(hunk[1] for hunk in both)
        # Both sides have the base's lines up to the region.
        out.ours(our_at, our_at + start - at)
        our_at, their_at = our_at + start - at, their_at + start - at
        our_end = our_at + end - start + sum(hunk[3] - hunk[2] - (hunk[1] - hunk[0]) for hunk in mine)
        their_end = their_at + end - start + sum(hunk[3] - hunk[2] - (hunk[1] - hunk[0]) for hunk in other)
        their_lines = theirs[their_at:their_end]
        if not mine:
            out.typed(their_lines)
        elif not other or ours.lines[our_at:our_end] == their_lines:
            out.ours(our_at, our_end)
        elif len(their_lines) < end - start and is_part(their_lines, base[start:end]):
            out.new_blocks(our_at, our_end, set(base))
        else:
            out.ours(our_at, our_end)
            known = {*base[start:end], *ours.lines[our_at:our_end]}
            out.below([line for line in their_lines if not line or line not in known])
        at, our_at, their_at = end, our_end, their_end
    out.ours(our_at, len(ours.lines))
    return out.text()


def is_part(some, lines):
    """Whether `some` is what is left of the lines when others are taken away."""
    left = iter(lines)
    return all(line in left for line in some)


class Merged(Output):
    """The result of a merge."""

    def __init__(self, ours):
        super().__init__()
        self.source = ours
        self.block = None
        self.waiting = []

    def ours(self, start, end):
        for line, block in zip(self.source.lines[start:end], self.source.blocks[start:end]):
            self._enter(block)
            self.line(line)

    def _enter(self, block):
        """Writes what waits for the end of a block when another one begins."""
        if block == self.block:
            self.gap = False
            return
        self._write_waiting()
        self.block = block

    def _write_waiting(self):
        for lines in self.waiting:
            self.paragraph(lines)
        self.waiting = []

    def typed(self, lines):
        for line in lines:
            self.line(line)

    def new_blocks(self, start, end, base):
        """Writes only the blocks that have a line that the base lacks."""
        new = {block for line, block in zip(self.source.lines, self.source.blocks) if line not in base}
        members = zip(self.source.lines[start:end], self.source.blocks[start:end])
        for block, lines in groupby(members, key=lambda member: member[1]):
            lines = [line for line, _ in lines]
            if block is not None and block in new:
                is_open = block == self.block
                self._enter(block)
                (self.typed if is_open else self.paragraph)(lines)

    def below(self, lines):
        """Keeps the lines that people typed until the block of the conflict ends."""
        if lines := lines_of("\n".join(lines).strip("\n")):
            self.waiting.append(lines)

    def text(self):
        self._write_waiting()
        return super().text()

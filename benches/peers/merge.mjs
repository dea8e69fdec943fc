// Merges what a call says with what people typed into a Task's Description (DESC-7 to DESC-9).
//
// The functions work on arrays of lines. A block is {kind, text}: the kind is `link`, `note` or
// `insight`, and the text is cleaned.

const LIMIT = 32_000;
const WHITE_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;

const trim = (text) => text.replace(WHITE_SPACE, "");
const linesOf = (text) => (text ? text.split("\n") : []);

export const textOf = (blocks) => trim(blocks.map(({ text }) => text).join("\n\n"));

/** Returns the blocks of the longest prefix that is within the limit (DESC-5, DESC-9). */
export function fitting(all, size, cut) {
  // Half a link leads nowhere.
  const blocks = all.filter(({ kind, text }) => kind !== "link" || size(text) <= LIMIT);
  while (size(textOf(blocks)) > LIMIT && blocks.at(-1).kind === "insight") blocks.pop();
  const whole = textOf(blocks);
  let text = cut(whole, LIMIT, size);
  if (text === whole) return blocks;
  const kept = [];
  for (const { kind, text: block } of blocks) {
    const part = text.slice(0, block.length);
    if (part) kept.push({ kind, text: part });
    text = text.slice(block.length + 2);
  }
  return kept;
}

/** The present Description, and how much of what the call says fits beside it. */
export class Description {
  /** `base` is null where it is not known what the call said; `otherLink` tells the lines of links. */
  constructor({ theirs, base, sent, ended, size, otherLink }) {
    Object.assign(this, { theirs, base, sent, ended, size, otherLink });
  }

  /**
   * Returns the new text, what the call said in it, and the blocks of it. There is no text where
   * what people typed is over the limit by itself; `said` is null where the next update must not
   * take it as its base.
   */
  merge(all, cut) {
    const present = new Set(["", ...linesOf(this.theirs)]);
    if (this.sent && linesOf(this.sent).every((line) => present.has(line))) this.base = this.sent;
    const isBaseKnown = this.base !== null;
    const merge = (blocks) => (isBaseKnown ? this.withBase(blocks) : this.withoutBase(blocks));
    const blocks = fitting(all, this.size, cut);
    const merged = merge(blocks);
    if (this.fits(merged.text)) return { ...merged, kept: blocks };
    if (!this.fits(merge([]).text)) return { text: null, kept: [] };
    let kept = blocks;
    for (const kind of ["insight", "note", "link"]) {
      for (const block of blocks.filter((member) => member.kind === kind).reverse()) {
        kept = kept.filter((member) => member !== block);
        if (!this.fits(merge(kept).text)) continue;
        if (kind === "note" && isBaseKnown) kept = this.withPart(kept, block, blocks.indexOf(block), cut);
        // With a base, the next update would add a part of the note that has no room.
        return { ...merge(kept), kept, ...(!isBaseKnown && { said: null }) };
      }
    }
    return { text: null, kept: [] };
  }

  fits(text) {
    return this.size(text) <= LIMIT;
  }

  /** Adds the longest prefix of a note that fits. */
  withPart(without, note, place, cut) {
    let best = without;
    let [low, high] = [0, this.size(note.text)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const prefix = cut(note.text, middle, this.size);
      const kept = prefix ? without.toSpliced(place, 0, { kind: "note", text: prefix }) : without;
      if (this.fits(this.withBase(kept).text)) [low, best] = [middle, kept];
      else high = middle - 1;
    }
    return best;
  }

  /** The three-way merge of DESC-7. */
  withBase(blocks) {
    const theirs = linesOf(this.theirs);
    let base = linesOf(this.base);
    const ours = oursOf(blocks);
    const places = standing(blocks, base);
    const added = blocks.filter((_, place) => places[place] === null);
    if (added.length && !standing(added, theirs).includes(null)) base = ours.map(({ line }) => line);
    const lines = this.ended ? ours : restored(ours, base);
    const whole = lines.map(({ line }) => line).join("\n");
    const said = trim(whole);
    if (whole === base.join("\n")) return { text: this.theirs, said };
    return { text: this.theirs === base.join("\n") ? said : threeWay(base, lines, theirs), said };
  }

  /** Adds the blocks that stand nowhere (DESC-8). */
  withoutBase(blocks) {
    const lines = linesOf(this.theirs);
    // A block may quote a shorter one, so the longest is looked for first.
    const order = blocks.toSorted((a, b) => linesOf(b.text).length - linesOf(a.text).length);
    const places = standing(order, lines);
    const startOf = new Map(order.map((block, place) => [block, places[place]]));
    const endOf = (block) => startOf.get(block) + linesOf(block.text).length - 1;
    const isInBlock = (at) => blocks.some((block) => startOf.get(block) !== null && startOf.get(block) <= at && at <= endOf(block));

    // The added texts, by the line that they come below; -1 is the top.
    const added = new Map();
    let before = lines.length - 1;
    for (const block of blocks) {
      const stands = startOf.get(block) !== null;
      if (block.kind !== "link") {
        if (stands) before = endOf(block);
        else added.set(before, [...(added.get(before) ?? []), block.text]);
      } else if (!stands) {
        const other = lines.findIndex((line, at) => this.otherLink(line) && !isInBlock(at));
        if (other < 0) added.set(-1, [block.text]);
        else lines[other] = block.text;
      }
    }
    const out = new Output();
    for (let at = -1; at < lines.length; at += 1) {
      if (at >= 0) out.line(lines[at]);
      for (const text of added.get(at) ?? []) out.paragraph(linesOf(text));
    }
    return { text: out.text(), said: textOf(blocks) };
  }
}

/** Finds the first line of each block; blocks share no line, and null stands nowhere. */
function standing(blocks, lines) {
  const taken = new Set();
  return blocks.map(({ text }) => {
    const block = text.split("\n");
    for (let at = 0; at + block.length <= lines.length; at += 1) {
      if (!block.every((line, place) => lines[at + place] === line && !taken.has(at + place))) continue;
      block.forEach((_, place) => taken.add(at + place));
      return at;
    }
    return null;
  });
}

/** Returns the lines of what the call says, each with its block; null between two blocks. */
function oursOf(blocks) {
  return blocks.flatMap((block, place) => [
    ...(place ? [{ line: "", block: null }] : []),
    ...block.text.split("\n").map((line) => ({ line, block })),
  ]);
}

/** Puts back what ours only lacks of the base: a running call takes nothing away (UPD-3). */
function restored(ours, base) {
  const out = [...ours];
  for (const { start, end, from, to } of hunks(base, ours.map(({ line }) => line)).reverse()) {
    if (from === to) out.splice(from, 0, ...base.slice(start, end).map((line) => ({ line, block: base })));
  }
  return out;
}

/**
 * Returns the differences: lines `start` to `end` of the base are lines `from` to `to` of the other.
 *
 * They are a longest common subsequence's, in which an empty line counts next to nothing. A pure
 * insertion or removal stands as high as it can.
 */
function hunks(base, other) {
  let head = 0;
  while (head < Math.min(base.length, other.length) && base[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(base.length, other.length) - head && base.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const [rows, columns] = [base.slice(head, base.length - tail), other.slice(head, other.length - tail)];
  // What the lines from a row and a column on have in common at most.
  const common = Array.from({ length: rows.length + 1 }, () => new Float64Array(columns.length + 1));
  for (let row = rows.length - 1; row >= 0; row -= 1) {
    for (let column = columns.length - 1; column >= 0; column -= 1) {
      common[row][column] =
        rows[row] === columns[column]
          ? common[row + 1][column + 1] + (rows[row] ? 1_000_000 : 1)
          : Math.max(common[row + 1][column], common[row][column + 1]);
    }
  }
  const found = [];
  let [row, column] = [0, 0];
  const isEnd = () => row === rows.length && column === columns.length;
  const isSame = () => row < rows.length && column < columns.length && rows[row] === columns[column];
  while (!isEnd()) {
    const [start, from] = [head + row, head + column];
    while (!isEnd() && !isSame()) {
      const isRemoval = column === columns.length || (row < rows.length && common[row + 1][column] >= common[row][column + 1]);
      if (isRemoval) row += 1;
      else column += 1;
    }
    const [end, to] = [head + row, head + column];
    if (start < end || from < to) found.push(raised({ start, end, from, to }, found.at(-1), base, other));
    while (isSame()) [row, column] = [row + 1, column + 1];
  }
  return found;
}

/** Moves an insertion or a removal up as far as the lines above allow. */
function raised({ start, end, from, to }, before, base, other) {
  const [floor, otherFloor] = before ? [before.end, before.to] : [0, 0];
  const isSame = () => (start === end ? other[from - 1] === other[to - 1] : from === to && base[start - 1] === base[end - 1]);
  while (start > floor && from > otherFloor && isSame()) [start, end, from, to] = [start - 1, end - 1, from - 1, to - 1];
  return { start, end, from, to };
}

/** Whether two hunks share a line of the base, or insert at the same place. */
function meet(one, other) {
  if (one.start < one.end && other.start < other.end) return one.start < other.end && other.start < one.end;
  if (one.start === other.start && one.end === other.end) return true;
  return (one.start < other.start && other.start < one.end) || (other.start < one.start && one.start < other.end);
}

/** Groups the hunks of both sides that meet. */
function regionsOf(ours, theirs) {
  const sides = [...ours.map((hunk) => ["ours", hunk]), ...theirs.map((hunk) => ["theirs", hunk])];
  const regions = [];
  for (const [side, hunk] of sides.sort(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    const last = regions.at(-1);
    if (last?.[side === "ours" ? "theirs" : "ours"].some((member) => meet(hunk, member))) last[side].push(hunk);
    else regions.push({ ours: [], theirs: [], [side]: [hunk] });
  }
  return regions;
}

const growth = (found) => found.reduce((sum, { start, end, from, to }) => sum + to - from - (end - start), 0);

function threeWay(base, ours, theirs) {
  const out = new Merged();
  let [at, ourAt, theirAt] = [0, 0, 0];
  for (const region of regionsOf(hunks(base, ours.map(({ line }) => line)), hunks(base, theirs))) {
    const both = [...region.ours, ...region.theirs];
    const [start, end] = [Math.min(...both.map((hunk) => hunk.start)), Math.max(...both.map((hunk) => hunk.end))];
    // Both sides have the base's lines up to the region.
    out.ours(ours.slice(ourAt, ourAt + start - at));
    [ourAt, theirAt] = [ourAt + start - at, theirAt + start - at];
    const [ourEnd, theirEnd] = [ourAt + end - start + growth(region.ours), theirAt + end - start + growth(region.theirs)];
    const [old, mine, other] = [base.slice(start, end), ours.slice(ourAt, ourEnd), theirs.slice(theirAt, theirEnd)];
    const myLines = mine.map(({ line }) => line);
    const isAlike = myLines.length === other.length && myLines.every((line, place) => line === other[place]);
    if (!region.ours.length) out.typed(other);
    else if (!region.theirs.length || isAlike) out.ours(mine);
    else if (other.length < old.length && isPart(other, old)) out.newBlocks(mine, ours, new Set(base));
    else {
      out.ours(mine);
      out.below(other.filter((line) => !line || (!old.includes(line) && !myLines.includes(line))));
    }
    [at, ourAt, theirAt] = [end, ourEnd, theirEnd];
  }
  out.ours(ours.slice(ourAt));
  return out.text();
}

/** Whether `some` is what is left of the lines when others are taken away. */
function isPart(some, lines) {
  let at = 0;
  for (const line of lines) if (at < some.length && some[at] === line) at += 1;
  return at === some.length;
}

/** Collects lines; a paragraph has an empty line on each side. */
class Output {
  lines = [];
  gap = false;

  line(line) {
    if (this.gap && line) this.lines.push("");
    this.gap = false;
    this.lines.push(line);
  }

  paragraph(lines) {
    if (this.lines.at(-1)) this.gap = true;
    for (const line of lines) this.line(line);
    this.gap = true;
  }

  text() {
    return trim(this.lines.join("\n"));
  }
}

/** The result of a merge. */
class Merged extends Output {
  block = null;
  waiting = [];

  /** Writes what waits for the end of a block when another one begins. */
  enter(block) {
    if (block === this.block) {
      this.gap = false;
      return;
    }
    this.writeWaiting();
    this.block = block;
  }

  writeWaiting() {
    for (const lines of this.waiting) this.paragraph(lines);
    this.waiting = [];
  }

  ours(members) {
    for (const { line, block } of members) {
      this.enter(block);
      this.line(line);
    }
  }

  typed(lines) {
    for (const line of lines) this.line(line);
  }

  /** Writes only the blocks that have a line that the base lacks. */
  newBlocks(members, ours, base) {
    const isNew = new Set(ours.filter(({ line }) => !base.has(line)).map(({ block }) => block));
    for (const block of new Set(members.map((member) => member.block))) {
      if (!block || !isNew.has(block)) continue;
      const lines = members.filter((member) => member.block === block).map(({ line }) => line);
      const isOpen = block === this.block;
      this.enter(block);
      if (isOpen) this.typed(lines);
      else this.paragraph(lines);
    }
  }

  /** Keeps the lines that people typed until the block of the conflict ends. */
  below(lines) {
    const text = lines.join("\n").replace(/^\n+|\n+$/g, "");
    if (text) this.waiting.push(text.split("\n"));
  }

  text() {
    this.writeWaiting();
    return super.text();
  }
}

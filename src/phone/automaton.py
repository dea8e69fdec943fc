"""Turns patterns over digits into one minimised automaton, for generate.py.

Needs Python 3.11 or newer.
"""
from re import _constants as op
from re import _parser as parser

MAX_LITERALS = 16  # a pattern with at most this many alternatives becomes a list
NO, YES = 255, 254  # labels of states; a kind of automaton can have more


class Pattern:
    """The nondeterministic automaton of one pattern of the metadata.

    `$` is an edge that is taken only at the end of the number.
    """

    def __init__(self, text):
        self.text = text
        self.free, self.digit, self.end = [], [], []
        self.start = self.state()
        self.accept = self.add(parser.parse(text), self.start)
        self.steps = {}

    def state(self):
        for edges in (self.free, self.digit, self.end):
            edges.append([])
        return len(self.free) - 1

    def add(self, nodes, at):
        for kind, value in nodes:
            if kind is op.LITERAL or kind is op.IN:
                digits = literals([(kind, value)] if kind is op.LITERAL else value)
                after = self.state()
                self.digit[at].append((digits, after))
            elif kind is op.BRANCH:
                after = self.state()
                for branch in value[1]:
                    self.free[self.add(branch, at)].append(after)
            elif kind is op.SUBPATTERN:
                after = self.add(value[-1], at)
            elif kind is op.MAX_REPEAT:
                low, high, body = value
                for _ in range(low):
                    at = self.add(body, at)
                after = self.state()
                for _ in range(high - low):
                    self.free[at].append(after)
                    at = self.add(body, at)
                self.free[at].append(after)
            elif kind is op.AT and value is op.AT_END:
                after = self.state()
                self.end[at].append(after)
            else:
                raise ValueError(f"{kind} in {self.text}")
            at = after
        return at

    def closure(self, states, at_end=False):
        seen, todo = set(states), list(states)
        while todo:
            state = todo.pop()
            for other in self.free[state] + (self.end[state] if at_end else []):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return frozenset(seen)

    def begin(self):
        return self.closure([self.start])

    def step(self, states, digit):
        key = states, digit
        if key not in self.steps:
            self.steps[key] = self.closure([to for s in states for digits, to in self.digit[s] if digit in digits])
        return self.steps[key]

    def accepts(self, states, at_end):
        return self.accept in (self.closure(states, True) if at_end else states)


def literals(nodes):
    digits = set()
    for kind, value in nodes:
        if kind is op.LITERAL:
            digits.add(int(chr(value)))
        elif kind is op.RANGE:
            digits.update(range(int(chr(value[0])), int(chr(value[1])) + 1))
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            digits.update(range(10))
        else:
            raise ValueError(f"{kind} {value}")
    return frozenset(digits)


def alternatives(pattern):
    """Returns the texts that a pattern matches, or None if there are too many for a list.

    They have the order in which a backtracking matcher tries them.
    """
    return spellings(parser.parse(pattern))


def spellings(nodes):
    lists = [""]
    for kind, value in nodes:
        if kind is op.LITERAL or kind is op.IN:
            heads = [str(d) for d in sorted(literals([(kind, value)] if kind is op.LITERAL else value))]
        elif kind is op.BRANCH:
            parts = [spellings(branch) for branch in value[1]]
            heads = None if None in parts else sum(parts, [])
        elif kind is op.SUBPATTERN:
            heads = spellings(value[-1])
        elif kind is op.MAX_REPEAT and value[1] == 1:
            heads = spellings(value[2])
            heads = heads and heads + [""]
        else:
            heads = None
        if heads is None or len(lists) * len(heads) > MAX_LITERALS:
            return None
        lists = [a + b for a in lists for b in heads]
    return lists


# Each kind of automaton has begin(), step(state, digit) and label(state). The third kind is
# WhichRegion in generate.py.
class Whole:
    """YES if the pattern matches the whole number."""

    def __init__(self, pattern):
        self.pattern = pattern

    def begin(self):
        return self.pattern.begin()

    def step(self, state, digit):
        return self.pattern.step(state, digit)

    def label(self, state):
        return YES if self.pattern.accepts(state, True) else NO


class Special:
    """YES if the pattern can match a start of the number that is neither empty nor in `plain`."""

    def __init__(self, pattern, plain):
        self.pattern, self.plain = pattern, plain

    def begin(self):
        return self.pattern.begin(), ""

    def step(self, state, digit):
        if state is True:
            return True
        states, read = self.pattern.step(state[0], digit), state[1]
        read = None if read is None else read + str(digit)
        if read is not None and not any(p.startswith(read) for p in self.plain):
            read = None
        if self.pattern.accepts(states, False) and read not in self.plain:
            return True
        return states, read

    def label(self, state):
        if state is True:
            return YES
        return YES if state[1] != "" and state[1] not in self.plain and self.pattern.accepts(state[0], True) else NO


class Table:
    """All automata in one, minimised together."""

    def __init__(self):
        self.next, self.label, self.roots = [], [], {}

    def root(self, key, machine):
        """Adds every state that `machine` can reach. Equal keys share their states."""
        if key in self.roots:
            return
        numbers, todo = {}, []

        def number(state):
            if state not in numbers:
                numbers[state] = len(self.next)
                self.next.append(None)
                self.label.append(machine.label(state))
                todo.append(state)
            return numbers[state]

        self.roots[key] = number(machine.begin())
        while todo:
            state = todo.pop()
            self.next[numbers[state]] = [number(machine.step(state, d)) for d in range(10)]

    def minimise(self):
        classes = list(self.label)
        count = len(set(classes))
        while True:
            names = {}
            classes = [names.setdefault((classes[s], *(classes[t] for t in self.next[s])), len(names)) for s in range(len(classes))]
            if len(names) == count:
                break
            count = len(names)
        # Number the classes by first use. The dead state, from which nothing matches, is 0.
        member = {}
        for state, name in enumerate(classes):
            member.setdefault(name, state)
        dead = next(n for n, s in member.items() if self.label[s] == NO and all(classes[t] == n for t in self.next[s]))
        order, todo = {dead: 0}, []
        for root in self.roots.values():
            todo.append(classes[root])
            while todo:
                name = todo.pop()
                if name not in order:
                    order[name] = len(order)
                    todo.extend(classes[t] for t in reversed(self.next[member[name]]))
        states = [member[name] for name in order]
        self.next = [[order[classes[t]] for t in self.next[s]] for s in states]
        self.label = [self.label[s] for s in states]
        self.roots = {key: order[classes[root]] for key, root in self.roots.items()}

    def answer(self, key, digits):
        state = self.roots[key]
        for digit in digits:
            state = self.next[state][int(digit)]
        return self.label[state]

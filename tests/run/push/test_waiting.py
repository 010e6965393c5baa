"""Do a few spans say the same as a list of all numbers?"""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from netmon.run.push.waiting import AGAIN, MOST_TIMES, Again, Span, Waiting

Act = tuple[str, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "take", "take newest", "remove", "lose", "again", "later"]), st.integers(0, 30)
    ),
    max_size=80,
)


def numbers(waiting: Waiting) -> dict[int, int]:
    return {number: span.times for span in waiting.spans for number in range(span.first, span.end)}


class Plain:
    """The same with everything written out."""

    def __init__(self) -> None:
        self.waits: dict[int, int] = {}
        self.taken: list[tuple[float, int, int]] = []
        self.gone: dict[int, int] = {}

    def take(self, number: int, now: float) -> None:
        self.taken.append((now, number, self.waits.pop(number, 0) + 1))
        self.taken = [each for each in self.taken if each[0] >= now - AGAIN - 1]
        self.gone = {number: lines for number, lines in self.gone.items() if number in self.recent()}

    def recent(self) -> set[int]:
        return {number for _, number, _ in self.taken}

    def lose(self, number: int) -> None:
        if number in self.recent():
            self.gone[number] = number + 1

    def again(self) -> Again:
        there = {number: times for _, number, times in self.taken if number not in self.gone}
        once = {number: times for number, times in there.items() if times <= MOST_TIMES}
        found = Again(sorted(once), sorted(there.keys() - once), sum(self.gone.values()))
        self.waits |= once
        self.taken, self.gone = [], {}
        return found


def played(acts: list[Act]) -> Iterator[tuple[Waiting, Plain]]:
    waiting, plain, following, now = Waiting(), Plain(), 0, 1000.0
    for act, which in acts:
        if act == "add":
            waiting.add(following, following + 1)
            plain.waits[following] = 0
            following += 1
        elif act == "later":
            now += which
        elif act == "again":
            assert waiting.again() == plain.again()
        elif act == "lose":
            waiting.lose(which, which + 1)
            plain.lose(which)
        elif plain.waits:
            number = max(plain.waits) if act == "take newest" else sorted(plain.waits)[which % len(plain.waits)]
            if act == "remove":
                waiting.remove(number)
                del plain.waits[number]
            else:
                waiting.take(number, now)
                plain.take(number, now)
        yield waiting, plain


@given(ACTS)
def test_spans_are_the_list_of_their_numbers(acts: list[Act]) -> None:
    for waiting, plain in played(acts):
        assert numbers(waiting) == plain.waits
        assert waiting.gone == plain.gone
        assert waiting.spans == sorted(waiting.spans)
        for one, two in zip(waiting.spans, waiting.spans[1:], strict=False):
            assert one.end < two.first or (one.end == two.first and one.times != two.times)
        for number in range(35):
            found = waiting.at_or_behind(number)
            assert (None if found is None else found.first) == min(
                (n for n in plain.waits if n >= number), default=None
            )
            assert waiting.times(number) == plain.waits.get(number)
            kept = number in plain.waits or any(number == taken for _, taken, _ in plain.taken)
            assert waiting.keeps(number, number + 1) == kept


def test_what_is_taken_in_a_row_is_one_span() -> None:
    waiting = Waiting()
    waiting.add(0, 5000)
    for number in range(5000):
        waiting.take(number, 100.0 + number / 10_000)
    assert [each.span for each in waiting.taken] == [Span(0, 5000, 1)]


def test_a_server_that_fails_each_minute_is_not_sent_the_same_for_ever() -> None:
    waiting, sent = Waiting(), 0
    waiting.add(0, 1)
    while waiting.spans:
        waiting.take(0, 100.0)
        found = waiting.again()
        sent += 1
    assert sent == MOST_TIMES + 1
    assert found == Again([], [0], 0), "and whether it has it in the end, nobody knows"

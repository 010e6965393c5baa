"""What if a letter does not arrive?"""

from dataclasses import replace

from netmon.decide.desk import ladder, post, reach
from netmon.decide.desk.work import Work, until_next
from netmon.decide.notices import event_of
from netmon.people import Case, Channels, Receipt, Try


def hear(work: Work, receipt: Receipt) -> None:
    """Take in what became of an attempt: what has arrived needs no other way, and what failed for good needs one now.

    A channel that fails once and goes on trying has the time that the roster gives it.
    """
    case = work.desk.cases.get(receipt.incident)
    if case is None or not (receipt.delivered or receipt.final):
        return
    found = [each for each in case.trying if _is_about(each, receipt)]
    if receipt.delivered:
        for each in found:
            case = _replaced(case, each, each._replace(by=tuple(by for by in each.by if by != receipt.by)))
        case = _arrived(work, case, receipt)
    else:
        if event_of(receipt.notice) in ladder.FIRST:
            case = replace(case, told=tuple(pair for pair in case.told if pair != (receipt.to, receipt.by)))
        for each in found:
            case = _otherwise(work, case, each)
        if not case.told and not case.trying:
            case = ladder.hurry(work, case)
    work.keep(case)


def _arrived(work: Work, case: Case, receipt: Receipt) -> Case:
    """Whoever reads after all what had been given up on has to hear the end of it, too."""
    pair = receipt.to, receipt.by
    late = event_of(receipt.notice) != "resolved" and case.incident in work.desk.incidents and pair not in case.told
    return replace(case, told=(*case.told, pair)) if late and not case.shadow else case


def overdue(work: Work, case: Case) -> Case:
    """Try otherwise what has not arrived in time."""
    for each in [each for each in case.trying if each.until <= work.now]:
        case = _otherwise(work, case, each)
    return case


def _otherwise(work: Work, case: Case, each: Try) -> Case:
    """By the next channel, once for all that should have brought it; those go on trying, and nobody waits for them."""
    case = _replaced(case, each, None)
    if work.desk.mute is not None:  # nobody is told by any way
        return case
    there = reach.recipients(work.desk, (each.to,), work.wall)
    has = there[0].person.reach if there and there[0].person is not None else {}
    left = [by for by in each.left if by in has and by in work.desk.roster.channels]
    if not left or case.incident not in work.desk.incidents:
        return case
    way = Channels(by=tuple(left[:1]), otherwise=tuple(left[1:]))
    then = until_next(case, work.now)
    why = f"not delivered by {', '.join(each.by)}"
    if not case.shadow:
        case = replace(case, told=tuple(dict.fromkeys((*case.told, (each.to, left[0])))))
    return post.deliver(work, case, work.event(case, each.event), there[0], way, then=then, why=why)


def _is_about(each: Try, receipt: Receipt) -> bool:
    return each.to == receipt.to and receipt.by in each.by and each.event == event_of(receipt.notice)


def _replaced(case: Case, old: Try, new: Try | None) -> Case:
    """With another one, or none, in its place; one that waits for no channel any more is none."""
    kept = ((new if each is old else each) for each in case.trying)
    return replace(case, trying=tuple(each for each in kept if each is not None and each.by))

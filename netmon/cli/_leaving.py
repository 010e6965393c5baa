"""What hangs on a person who leaves?"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from netmon.cli._duty import DAY, left, turns
from netmon.cli._words import Words
from netmon.decide.desk.rota import there
from netmon.decide.telling.words import Speaker
from netmon.model import Restored, Secret
from netmon.people import Person, Roster
from netmon.settings.config import Language
from netmon.settings.project import Project
from netmon.wire.modem.numbers import same_number

AHEAD = 8 * 7 * DAY
"""Seconds for which the rotas are looked at."""
word = Words(
    {
        "duty": "Lịch trực",
        "routes": "Luật báo",
        "taken": "Đang nhận việc",
        "silences": "Tắt báo",
        "contacts": "Đầu mối",
        "tokens": "Mã truy cập",
        "secrets": "Mật khẩu",
        "{rota}: {since} – {until}, {who} stands in": "{rota}: {since} – {until}, {who} trực thay",
        "{rota}: {since} – {until}, NOBODY is there": "{rota}: {since} – {until}, KHÔNG CÓ AI",
        "policy {policy}, step {n}: {who} is left": "policy {policy}, bước {n}: còn {who}",
        "policy {policy}, step {n}: NOBODY is left ({routes})": "policy {policy}, bước {n}: KHÔNG CÒN AI ({routes})",
        "reads the bulletin": "đang đọc bản tin",
        "everything goes to this person: `mode:`": "mọi tin chạy thử đang gửi cho người này: `mode:`",
        "#{number} {what} until {until}": "#{number} {what} đến {until}",
        "whoever looked after netmon may know them: change them": "người từng trông netmon có thể biết: cần đổi",
        "nothing hangs on this person": "không còn gì gắn với người này",
        "{name} is gone: no more messages, links and numbers count no more (#{number})": (
            "{name} đã nghỉ: không nhận tin nữa, liên kết và số điện thoại không còn hiệu lực (#{number})"
        ),
        "now put `until: {day}` behind {id} in {file}, and others in its place": (
            "giờ hãy thêm `until: {day}` cho {id} trong {file}, và xếp người thay"
        ),
    }
)


def hanging(project: Project, memory: Restored, who: str, words: Speaker, now: float) -> dict[str, list[str]]:
    """By heading, in the project's language, what somebody has to see to when this person is gone as of now."""
    language, person = project.config.language, project.roster.people[who]
    found = {
        "duty": list(_duty(project, memory, who, words, now)),
        "routes": list(_routes(project, who, now)),
        "taken": [f"#{case.incident}" for case in memory.cases.values() if case.acked_by == who and not case.over],
        "silences": list(_silences(memory, who, words, language, now)),
        "contacts": [site.id for site in project.inventory.sites.values() if _contact(site.contacts, person)],
        "tokens": [f"{name} ({one.source})" for name, one in project.config.tokens.items() if who in name.split("-")],
        "secrets": list(dict.fromkeys(secret.source for secret in _secrets(project))),
    }
    if found["secrets"]:
        found["secrets"].append(word("whoever looked after netmon may know them: change them", language))
    return {word(heading, language): lines for heading, lines in found.items() if lines}


def _duty(project: Project, memory: Restored, who: str, words: Speaker, now: float) -> Iterator[str]:
    gone = left(memory.acts) | {who}
    for rota in project.roster.rotas.values():
        for turn in turns(project, rota, now, now + AHEAD, gone):
            if turn.missing == who:
                since, until, other, _ = turn.shift
                text = "{rota}: {since} – {until}, {who} stands in"
                if other is None:
                    text = "{rota}: {since} – {until}, NOBODY is there"
                times = {"since": _moment(words, max(since, now)), "until": _moment(words, until)}
                name = "" if other is None else project.roster.people[other].name
                yield word(text, project.config.language, rota=rota.id, who=name, **times)


def _moment(words: Speaker, at: float) -> str:
    return f"{words.clock(at, at)} {words.date(at)}"


def _routes(project: Project, who: str, now: float) -> Iterator[str]:
    roster, language = project.roster, project.config.language
    day = datetime.fromtimestamp(now, ZoneInfo(project.inventory.timezone)).date()
    for policy in roster.policies.values():
        routes = ", ".join(route.name for route in roster.routes if route.policy == policy.id)
        for n, step in enumerate(policy.steps, 1):
            if who in step.tell:
                rest = [name for name in step.tell if name != who and _stays(roster, name, who, day)]
                text = "policy {policy}, step {n}: {who} is left"
                if not rest:
                    text = "policy {policy}, step {n}: NOBODY is left ({routes})"
                yield word(text, language, policy=policy.id, n=n, who=", ".join(rest), routes=routes)
    if who in roster.digest_to:
        yield word("reads the bulletin", language)
    if roster.shadow is not None and roster.shadow.to == who:
        yield word("everything goes to this person: `mode:`", language)


def _stays(roster: Roster, name: str, who: str, day: Any) -> bool:
    if name in roster.rotas:
        rota = roster.rotas[name]
        return any(there(roster, one, day, {who}) for one in (*rota.turns, *rota.holiday_turns))
    return name in roster.channels or there(roster, name, day)


def _silences(memory: Restored, who: str, words: Speaker, language: Language, now: float) -> Iterator[str]:
    ended = {act.about for act in memory.acts if act.verb in ("unsilence", "calm")}
    for act in memory.acts:
        over = act.number in ended or (act.until is not None and act.until <= now)
        if act.verb in ("silence", "storm") and act.who == who and not over:
            until = "–" if act.until is None else _moment(words, act.until)
            yield word(
                "#{number} {what} until {until}", language, number=act.number, what=", ".join(act.what), until=until
            )


def _contact(contacts: Any, person: Person) -> bool:
    """Whether somebody is told to call this person about a site."""
    return any(person.phone and same_number(one.phone, person.phone) for one in contacts)


def _secrets(project: Project) -> Iterator[Secret]:
    """All secrets that the project refers to."""
    yield from _within((project.inventory.credentials, project.config.tokens, project.config))


def _within(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Mapping):
        yield from _within(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _within(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _within(getattr(value, field.name))

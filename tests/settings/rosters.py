"""People, rotas and routes that are right, and what is said when a piece of them is spoilt."""

from typing import NamedTuple

ONCALL = """people:
  binh: {name: anh Bình, phone: "0216 000 0201"}
  lan: {name: chị Lan, phone: "+84 216 000 0202", email: lan@example.vn, language: en}
  hung: {name: anh Hưng, phone: "0216.000.0203", until: 2027-06-01, reach: {sms: "0216 000 0299"}}
rotas:
  ca-truc:
    turns: [binh, lan, hung]
    begins: 2026-01-05
    holidays: {calendar: office, turns: [hung, lan]}
    overrides:
      - {from: 2026-12-05T17:00, until: 2026-12-07T08:00, who: lan, instead_of: binh}
mode: live
budget: {pages: 6, per: 30m}
"""
ROUTES = """reach:
  ring: {by: [call, sms], otherwise: [thu]}
  text: {by: [sms]}
  digest: {by: [thu], otherwise: [sms]}
digest: {at: ["16:30", "07:30"], to: [ca-truc, desk]}
policies:
  goi: {steps: [{tell: ca-truc, wait: 5m}, {tell: [lan, desk]}], repeat: 2, every: 20m}
  nhan: {steps: [{tell: binh}]}
routes:
  - {name: ban-dem, when: {hours: -office, kinds: [blind, outage], affected: 3}, ring: goi}
  - {name: o-xa, when: {levels: [commune], areas: [kv-van-yen], carriers: vnpt}, further: true, text: nhan}
  - {name: nhieu, when: {alerts: Capacity, severity: warning, sites: [van-yen, centre], priority: false}, none: true}
  - {name: con-lai, digest: nhan}
"""


class Spoilt(NamedTuple):
    """A piece of one of the files, what stands there instead, and what is said of it, in which file."""

    old: str
    new: str
    said: str


BAD = {
    "unknown-key": Spoilt(
        'phone: "0216 000 0201"',
        'fone: "0216 000 0201"',
        "oncall.yaml:2:26: unknown key 'fone' (did you mean 'phone'?)",
    ),
    "person-without-name": Spoilt("{name: anh Bình, ", "{", "oncall.yaml:2:3: `name` is missing"),
    "phone-that-is-none": Spoilt(
        "0216 000 0201",
        "0216 000 02O1",
        "oncall.yaml:2:33: phone: '0216 000 02O1' is not a phone number such as 0912 345 678 or +84 912 345 678",
    ),
    "phone-without-its-zero": Spoilt(
        '"0216 000 0201"',
        "216000201",
        "oncall.yaml:2:33: phone: '216000201' is not a phone number such as 0912 345 678 or +84 912 345 678",
    ),
    "mail-that-is-none": Spoilt(
        "lan@example.vn", "lan.example.vn", "oncall.yaml:3:58: email: 'lan.example.vn' is not a mail address"
    ),
    "language-unknown": Spoilt("language: en", "language: fr", "oncall.yaml:3:84: language: 'fr' is not 'vi' or 'en'"),
    "address-that-is-a-secret": Spoilt(
        '{sms: "0216 000 0299"}',
        "{sms: env:HUNG}",
        "oncall.yaml:4:82: sms: an address stands here as itself; secrets belong to the channel, in netmon.yaml",
    ),
    "address-for-an-unknown-channel": Spoilt(
        '{sms: "0216 000 0299"}',
        '{smss: "0216 000 0299"}',
        "oncall.yaml:4:77: unknown channel 'smss' (did you mean 'sms'?)",
    ),
    "person-named-like-a-channel": Spoilt(
        "  binh: {name",
        "  sms: {name: Sơn}\n  binh: {name",
        "oncall.yaml:2:3: person 'sms' is named like a channel of netmon.yaml (who would be told?)",
    ),
    "rota-named-like-a-channel": Spoilt(
        "mode: live",
        "  desk: {turns: [lan], begins: 2026-01-05}\nmode: live",
        "oncall.yaml:12:3: rota 'desk' is named like a channel of netmon.yaml (who would be told?)",
    ),
    "rota-named-like-a-person": Spoilt(
        "mode: live",
        "  lan: {turns: [lan], begins: 2026-01-05}\nmode: live",
        "oncall.yaml:12:3: duplicate id 'lan': already the name of a person (in alerts/oncall.yaml:3)",
    ),
    "person-twice": Spoilt(
        "  lan: {name",
        "  binh: {name: B}\n  lan: {name",
        "oncall.yaml:3:3: duplicate key 'binh' (first given in line 2)",
    ),
    "turns-of-an-unknown-person": Spoilt(
        "turns: [binh, lan", "turns: [bihn, lan", "oncall.yaml:7:13: unknown person 'bihn' (did you mean 'binh'?)"
    ),
    "turns-of-nobody": Spoilt("turns: [binh, lan, hung]", "turns: []", "oncall.yaml:7:12: turns: names nothing"),
    "rota-in-a-rota": Spoilt(
        "mode: live",
        "  dem: {turns: [lan, ca-truc], begins: 2026-01-05}\nmode: live",
        "oncall.yaml:12:22: 'ca-truc' is a rota, not a person (its people are binh, lan, hung)",
    ),
    "rota-of-a-channel": Spoilt(
        "turns: [binh, lan", "turns: [desk, lan", "oncall.yaml:7:13: 'desk' is a channel, not a person"
    ),
    "turn-of-half-a-day": Spoilt(
        "begins: 2026-01-05\n",
        "begins: 2026-01-05\n    every: 12h\n",
        "oncall.yaml:9:12: every: a turn lasts whole days, such as 7d",
    ),
    "handover-at-no-time": Spoilt(
        "begins: 2026-01-05\n",
        'begins: 2026-01-05\n    handover: "25:00"\n',
        "oncall.yaml:9:15: handover: '25:00' is not a time of the day such as \"02:00\"",
    ),
    "holidays-of-an-unknown-calendar": Spoilt(
        "calendar: office", "calendar: ofice", "oncall.yaml:9:26: unknown calendar 'ofice' (did you mean 'office'?)"
    ),
    "holidays-without-turns": Spoilt(", turns: [hung, lan]}", "}", "oncall.yaml:9:5: `turns` is missing"),
    "holidays-of-nobody": Spoilt(", turns: [hung, lan]}", ", turns: []}", "oncall.yaml:9:41: turns: names nothing"),
    "override-by-nobody-known": Spoilt(
        "who: lan", "who: la", "oncall.yaml:11:64: unknown person 'la' (did you mean 'lan'?)"
    ),
    "override-instead-of-nobody": Spoilt(
        "instead_of: binh",
        "instead_of: bin",
        "oncall.yaml:11:81: 'bin' has no turns in rota 'ca-truc' (there are binh, lan, hung)",
    ),
    "override-that-ends-before-it-begins": Spoilt(
        "until: 2026-12-07T08:00",
        "until: 2026-12-05T08:00",
        "oncall.yaml:11:41: contradictory times: from 2026-12-05 17:00 is not before until 2026-12-05 08:00",
    ),
    "overrides-that-overlap": Spoilt(
        "mode: live",
        "      - {from: 2026-12-06T17:00, until: 2026-12-08T08:00, who: hung}\nmode: live",
        "oncall.yaml:12:9: rota 'ca-truc': two take over from 2026-12-06 17:00 on, lan and hung",
    ),
    "shadow-of-nobody": Spoilt(
        "mode: live",
        "mode: shadow",
        "oncall.yaml:12:7: mode: who is told meanwhile? {shadow: PERSON, until: 2026-12-07}",
    ),
    "shadow-of-a-rota": Spoilt(
        "mode: live",
        "mode: {shadow: ca-truc}",
        "oncall.yaml:12:16: 'ca-truc' is a rota, not a person (its people are binh, lan, hung)",
    ),
    "shadow-in-the-past": Spoilt(
        "mode: live",
        "mode: {shadow: binh, until: 2026-11-23}",
        "oncall.yaml:12:29: warning: the shadow mode ended on 2026-11-23 (write `mode: live`, or another day)",
    ),
    "mode-unknown": Spoilt(
        "mode: live", "mode: life", "oncall.yaml:12:7: mode: 'life' is not live or {shadow: PERSON, until: 2026-12-07}"
    ),
    "budget-of-nothing": Spoilt("pages: 6", "pages: 0", "oncall.yaml:13:17: pages: must be at least 1"),
    "reach-by-an-unknown-channel": Spoilt(
        "text: {by: [sms]}", "text: {by: [smss]}", "routes.yaml:3:15: unknown channel 'smss' (did you mean 'sms'?)"
    ),
    "reach-by-nothing": Spoilt("text: {by: [sms]}", "text: {by: []}", "routes.yaml:3:14: by: names nothing"),
    "reach-otherwise-by-an-unknown-channel": Spoilt(
        "otherwise: [thu]}",
        "otherwise: [thu, zalo]}",
        "routes.yaml:2:44: unknown channel 'zalo' (netmon.yaml has desk, call, sms, thu)",
    ),
    "ring-by-what-cannot-ring": Spoilt(
        "ring: {by: [call, sms]",
        "ring: {by: [thu]",
        "routes.yaml:2:14: ring: thu cannot ring, and nobody would wake up (take a call or an SMS)",
    ),
    "no-channels-for-an-urgency": Spoilt(
        "  text: {by: [sms]}\n", "", "routes.yaml:10:97: `text` has no channels (reach: {text: {by: […]}})"
    ),
    "digest-without-hours": Spoilt(
        'at: ["16:30", "07:30"]', "at: []", 'routes.yaml:5:14: at: names no time of the day, such as ["07:30"]'
    ),
    "digest-to-nobody-known": Spoilt(
        "to: [ca-truc, desk]",
        "to: [catruc]",
        "routes.yaml:5:39: unknown person, rota or channel 'catruc' (did you mean 'ca-truc'?)",
    ),
    "policy-without-steps": Spoilt(
        "steps: [{tell: binh}]", "steps: []", "routes.yaml:8:17: steps: a policy without a step tells nobody"
    ),
    "step-that-tells-nobody": Spoilt("{tell: binh}", "{tell: []}", "routes.yaml:8:25: tell: names nothing"),
    "step-for-an-unknown-person": Spoilt(
        "{tell: binh}",
        "{tell: bihn}",
        "routes.yaml:8:25: unknown person, rota or channel 'bihn' (did you mean 'binh'?)",
    ),
    "step-without-a-wait": Spoilt(
        "{tell: ca-truc, wait: 5m}", "{tell: ca-truc, wait: 0s}", "routes.yaml:7:39: wait: must be longer than 0 s"
    ),
    "escalation-to-itself": Spoilt(
        "{tell: [lan, desk]}", "{tell: [lan, goi]}", "routes.yaml:7:57: loop in escalation: goi -> goi"
    ),
    "escalation-in-a-circle": Spoilt(
        "{tell: [lan, desk]}], repeat: 2, every: 20m}\n  nhan: {steps: [{tell: binh}]}",
        "{tell: lan}]}\n  nhan: {steps: [{tell: binh}, {tell: ba}]}\n  ba: {steps: [{tell: nhan}]}",
        "routes.yaml:8:39: loop in escalation: nhan -> ba -> nhan",
    ),
    "escalation-to-another-policy": Spoilt(
        "{tell: [lan, desk]}",
        "{tell: [lan, nhan]}",
        "routes.yaml:7:57: 'nhan' is a policy (a step tells people, rotas and channels)",
    ),
    "nobody-can-be-reached": Spoilt(
        'binh: {name: anh Bình, phone: "0216 000 0201"}',
        "binh: {name: anh Bình}",
        "oncall.yaml:2:3: 'binh' has no address for `ring` by call, sms, thu; `text` by sms; `digest` by thu, sms",
    ),
    "everybody-of-a-step-has-left": Spoilt(
        '"0216 000 0201"}',
        '"0216 000 0201", until: 2026-11-23}',
        "routes.yaml:8:25: policy 'nhan': step 1 tells nobody: all of them have left",
    ),
    "unknown-policy": Spoilt("ring: goi", "ring: gio", "routes.yaml:10:88: unknown policy 'gio' (did you mean 'goi'?)"),
    "person-for-a-policy": Spoilt(
        "ring: goi",
        "ring: binh",
        "routes.yaml:10:88: 'binh' is a person, not a policy (policies: {binh: {steps: [{tell: binh}]}})",
    ),
    "two-urgencies": Spoilt(
        "digest: nhan",
        "digest: nhan, text: nhan",
        "routes.yaml:13:5: routes: one of `ring`, `text`, `digest` with a policy, or `none: true`",
    ),
    "no-urgency": Spoilt(
        "none: true",
        "none: false",
        "routes.yaml:12:5: routes: one of `ring`, `text`, `digest` with a policy, or `none: true`",
    ),
    "unknown-level": Spoilt(
        "levels: [commune]", "levels: [comune]", "routes.yaml:11:34: unknown level 'comune' (did you mean 'commune'?)"
    ),
    "unknown-area": Spoilt(
        "areas: [kv-van-yen]",
        "areas: [kv-vanyen]",
        "routes.yaml:11:52: unknown area 'kv-vanyen' (did you mean 'kv-van-yen'?)",
    ),
    "unknown-site": Spoilt(
        "sites: [van-yen, centre]",
        "sites: [van-yen, center]",
        "routes.yaml:12:80: unknown site 'center' (did you mean 'centre'?)",
    ),
    "unknown-carrier": Spoilt(
        "carriers: vnpt", "carriers: vntp", "routes.yaml:11:75: unknown carrier 'vntp' (did you mean 'vnpt'?)"
    ),
    "unknown-kind": Spoilt(
        "kinds: [blind, outage]",
        "kinds: [blind, outtage]",
        "routes.yaml:10:59: unknown kind 'outtage' (did you mean 'outage'?)",
    ),
    "mistyped-rule": Spoilt(
        "alerts: Capacity", "alerts: Capacty", "routes.yaml:12:34: unknown rule 'Capacty' (did you mean 'Capacity'?)"
    ),
    "rule-of-nobody": Spoilt(
        "alerts: Capacity",
        "alerts: BackupFailed",
        (
            "routes.yaml:12:34: warning: no rule is called 'BackupFailed'"
            " (right only if another program sends such alerts)"
        ),
    ),
    "unknown-id-of-a-root": Spoilt(
        "affected: 3", "roots: van-yen/2", "routes.yaml:10:75: unknown id 'van-yen/2' (did you mean 'van-yen/1'?)"
    ),
    "unknown-root": Spoilt(
        "affected: 3", "root_is: aria", "routes.yaml:10:77: unknown sort of root 'aria' (did you mean 'area'?)"
    ),
    "unknown-calendar": Spoilt(
        "hours: -office", "hours: -ofice", "routes.yaml:10:35: unknown calendar 'ofice' (did you mean 'office'?)"
    ),
    "hours-that-are-no-calendar": Spoilt(
        "hours: -office",
        'hours: "22:00-06:00"',
        (
            "routes.yaml:10:35: hours: '22:00-06:00' is not a calendar such as office"
            ", or -office for the time outside of it"
        ),
    ),
    "severity-unknown": Spoilt(
        "severity: warning",
        "severity: warn",
        "routes.yaml:12:54: severity: 'warn' is not 'critical' or 'warning' (did you mean 'warning'?)",
    ),
    "asks-for-nothing": Spoilt("levels: [commune]", "levels: []", "routes.yaml:11:33: levels: names nothing"),
    "affected-none": Spoilt("affected: 3", "affected: 0", "routes.yaml:10:78: affected: must be at least 1"),
    "route-twice": Spoilt(
        "name: nhieu", "name: o-xa", "routes.yaml:12:12: duplicate route 'o-xa' (first given in alerts/routes.yaml:11)"
    ),
    "route-that-never-matches": Spoilt(
        "  - {name: con-lai, digest: nhan}",
        "  - {name: con-lai, digest: nhan}\n  - {name: ca-tinh, when: {levels: [province]}, ring: goi}",
        "routes.yaml:14:12: route 'ca-tinh' can never match: 'con-lai' before it takes all of that",
    ),
    "route-that-another-takes-all-of": Spoilt(
        "  - {name: o-xa",
        "  - {name: dem, when: {hours: -office, affected: 5, kinds: blind}, text: nhan}\n  - {name: o-xa",
        "routes.yaml:11:12: route 'dem' can never match: 'ban-dem' before it takes all of that",
    ),
    "no-route-at-night": Spoilt(
        "  - {name: con-lai, digest: nhan}",
        "  - {name: ban-ngay, when: {hours: office}, text: nhan}",
        (
            "routes.yaml:9:1: no route for outage (critical) at centre without priority outside the hours of 'office'"
            ", among others (end with a route without `when:`)"
        ),
    ),
    "no-route-for-a-level": Spoilt(
        "{name: con-lai, digest",
        "{name: con-lai, when: {levels: [district, commune]}, digest",
        (
            "routes.yaml:9:1: no route for outage (critical) at centre without priority in the hours of 'office'"
            ", among others (end with a route without `when:`)"
        ),
    ),
    "routes-not-a-list": Spoilt(
        ROUTES[ROUTES.index("routes:") :], "routes: {}\n", "routes.yaml:9:9: routes: must be a list"
    ),
}

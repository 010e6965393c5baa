"""What does an examination find, and how is it put into words?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from netmon.settings.config import Language

State = Literal["ok", "unknown", "warn", "fail"]
_SIGNS = str.maketrans(",.", ".,")


class Number(NamedTuple):
    """A number as English writes it, such as `20,000` or `1.4 GB`."""

    english: str

    def told(self, language: Language) -> str:
        """The same as this language writes it."""
        return self.english.translate(_SIGNS) if language == "vi" else self.english


class Found(NamedTuple):
    """One line: what was looked at (a key of NAMES), how it is, and the text (a key of TEXTS) with what fills it."""

    name: str
    state: State
    text: str
    values: Mapping[str, object] = MappingProxyType({})


class Line(NamedTuple):
    """The same in words: how it is (`told`), of what, and `do`, which is empty where nothing is to be done."""

    state: State
    told: str
    name: str
    what: str
    do: str


STATES: Mapping[Language, Mapping[State, str]] = MappingProxyType(
    {
        "vi": {"ok": "tốt", "unknown": "không rõ", "warn": "CHÚ Ý", "fail": "LỖI"},
        "en": {"ok": "ok", "unknown": "unknown", "warn": "WARN", "fail": "FAIL"},
    }
)

NAMES: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "vi": {
            "project": "cấu hình", "secrets": "mật khẩu", "libraries": "thư viện", "ping": "ping", "files": "số tệp mở",
            "service": "dịch vụ", "ports": "cổng", "systemd": "systemd", "clock": "đồng hồ", "zone": "múi giờ",
            "disk": "ổ đĩa", "journal": "nhật ký", "notices": "tin nhắn", "channel": "kênh gửi", "deadman": "canh gác",
            "export": "gửi số liệu",
        },
        "en": {
            "project": "project", "secrets": "secrets", "libraries": "libraries", "ping": "ping", "files": "open files",
            "service": "service", "ports": "ports", "systemd": "systemd", "clock": "clock", "zone": "time zone",
            "disk": "disk", "journal": "journal", "notices": "messages", "channel": "channel", "deadman": "watched",
            "export": "numbers",
        },
    }
)  # fmt: skip
"""What is looked at."""

TEXTS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "vi": {
            "loads": "đọc được, {sites} điểm, {devices} thiết bị",
            "warnings": "đọc được, có {count} cảnh báo|chạy netmon check",
            "broken": "không đọc được, {count} lỗi, đầu tiên là {first}|sửa theo netmon check",
            "set": "đủ cả",
            "unset": "thiếu: {names}|đặt biến môi trường hoặc tệp ấy cho người chạy netmon",
            "installed": "Python {python}, đủ {count} thư viện",
            "missing": "thiếu: {names}|cài lại: pip install -r requirements.lock",
            "may": "được phép",
            "may_not": "{why}|cho quyền như đã ghi",
            "not_asked": "không thiết bị nào được ping",
            "enough": "được mở {limit}, cần khoảng {wanted}",
            "boundless": "không giới hạn, cần khoảng {wanted}",
            "too_few": "được mở {limit}, cần khoảng {wanted}|đặt LimitNOFILE=65536 cho dịch vụ",
            "healthy": "đang chạy, mọi khâu đều chuyển động",
            "late": "đang chạy nhưng {late}|xem journalctl -u netmon; đĩa đầy thì dọn, treo thì khởi động lại",
            "stopped": "không chạy|systemctl start netmon",
            "stranger": "chương trình khác đang giữ {where}|đổi `listen:` hoặc tắt chương trình ấy",
            "free": "{where} còn trống",
            "taken": "{where}: {why}|đổi cổng hoặc tắt chương trình đang giữ; cổng dưới 1024 cần CAP_NET_BIND_SERVICE",
            "supervised": "treo quá {span} thì khởi động lại, đã khởi động lại {restarts} lần",
            "unsupervised": "treo thì không ai khởi động lại|đặt Type=notify, WatchdogSec=: deploy/netmon.service",
            "no_unit": "không biết: không có dịch vụ netmon của systemd ở đây",
            "in_step": "đúng giờ{server}",
            "off": "lệch {seconds} giây so với {server}|bật chrony hoặc systemd-timesyncd",
            "drifting": "không được đồng bộ|bật chrony hoặc systemd-timesyncd",
            "no_server": "không hỏi được {server}: {why}|xem máy chủ NTP",
            "clock_unknown": "không biết: hệ điều hành không cho hỏi",
            "local": "{zone}, ở đó đang là {time}",
            "room": "{folder} còn {free} ({share:.0%})",
            "little_room": "{folder} chỉ còn {free} ({share:.0%})|dọn ổ đĩa: đầy thì netmon không ghi, không báo được",
            "no_folder": "{folder}: {why}|tạo thư mục cho người chạy netmon",
            "sound": "{size}, nguyên vẹn, ghi gần nhất {ago} trước",
            "none_yet": "chưa có, sẽ được tạo khi chạy",
            "damaged": "hỏng: {why}|tắt netmon, chuyển journal.db* đi nơi khác, phục hồi bản sao lưu: docs/restore.md",
            "parts": (
                "hỏng {entries} mục, và {days} ngày của {curves} chuỗi số đo (coi như không đo): {first}"
                "|phần còn lại vẫn dùng; cần lấy lại thì phục hồi bản sao lưu: docs/restore.md"
            ),
            "held": "tiến trình {pid} đang giữ, nhưng không trả lời ở `listen:`|xem tiến trình ấy: ps {pid}",
            "stale": "đã {ago} không được ghi dù dịch vụ đang chạy|xem ổ đĩa và nhật ký dịch vụ",
            "nothing_waits": "không có tin nào đang chờ, không tin nào bị bỏ trong 24 giờ",
            "waits": "{channel}: {waiting} tin chờ, {lost} tin bị bỏ trong 24 giờ: {why}|xem kênh ấy; netmon drill",
            "reached": "{channel}: nối được tới {where}",
            "not_reached": "{channel}: {why}|xem mạng, tường lửa và máy chủ ấy",
            "no_name": "{channel}: không tra được tên {host}: {why}|xem DNS (/etc/resolv.conf), hoặc ghi địa chỉ IP",
            "modem": "{channel}: modem {port}, sóng {signal}",
            "modem_off": "{channel}: modem {port} không gửi được: {why}|xem SIM, ăng-ten, cổng USB",
            "modem_busy": "{channel}: modem {port} đang do dịch vụ dùng",
            "to_be_tried": "{channel}: gửi thử mới biết: netmon drill",
            "watched": "{count} nơi biết khi netmon im lặng",
            "unwatched": "máy này chết thì không ai biết|đặt `deadman:` trong netmon.yaml",
            "pushed": "{exporter}: máy chủ nhận đủ",
            "spooled": "{exporter}: {lines} dòng chờ, cũ nhất từ {ago} trước|nhật ký dịch vụ ghi máy chủ trả lời gì",
        },
        "en": {
            "loads": "loads, {sites} sites, {devices} devices",
            "warnings": "loads, warnings: {count}|run netmon check",
            "broken": "cannot be read, mistakes: {count}, the first {first}|mend what netmon check names",
            "set": "all set",
            "unset": "not set: {names}|set that variable or file for the user that netmon runs as",
            "installed": "Python {python}, all {count} libraries",
            "missing": "missing: {names}|install again: pip install -r requirements.lock",
            "may": "allowed",
            "may_not": "{why}|grant it as it says",
            "not_asked": "nothing is pinged",
            "enough": "{limit} allowed, some {wanted} needed",
            "boundless": "no limit, some {wanted} needed",
            "too_few": "{limit} allowed, some {wanted} needed|set LimitNOFILE=65536 for the service",
            "healthy": "runs, and every stage moves",
            "late": "runs, but {late}|read journalctl -u netmon; make room on a full disk, restart what hangs",
            "stopped": "does not run|systemctl start netmon",
            "stranger": "another program has {where}|change `listen:`, or stop that program",
            "free": "{where} is free",
            "taken": "{where}: {why}|change the port, or stop who has it; below 1024 it takes CAP_NET_BIND_SERVICE",
            "supervised": "started anew if it hangs for {span}, restarts so far: {restarts}",
            "unsupervised": "nobody restarts what hangs|set Type=notify, WatchdogSec=: deploy/netmon.service",
            "no_unit": "not known: no netmon.service of systemd here",
            "in_step": "in step{server}",
            "off": "{seconds} s off from {server}|turn on chrony or systemd-timesyncd",
            "drifting": "not synchronised|turn on chrony or systemd-timesyncd",
            "no_server": "{server} cannot be asked: {why}|look at the NTP server",
            "clock_unknown": "not known: the system does not tell",
            "local": "{zone}, where it is {time} now",
            "room": "{free} left in {folder} ({share:.0%})",
            "little_room": "only {free} left in {folder} ({share:.0%})|make room: what cannot be written is not told",
            "no_folder": "{folder}: {why}|make the folder for the user that netmon runs as",
            "sound": "{size}, whole, last written {ago} ago",
            "none_yet": "none yet, made at the first start",
            "damaged": "damaged: {why}|stop netmon, move journal.db* aside, restore the last backup: docs/restore.md",
            "parts": (
                "damaged: {entries} entries, {days} days of {curves} curves (count as unmeasured): {first}"
                "|the rest is used; to have them back, restore a backup: docs/restore.md"
            ),
            "held": "process {pid} has it, and does not answer on `listen:`|look at that process: ps {pid}",
            "stale": "not written for {ago} although the service runs|look at the disk and at the service's log",
            "nothing_waits": "none waits, none given up within 24 h",
            "waits": "{channel}: {waiting} wait, {lost} given up within 24 h: {why}|look at it, try netmon drill",
            "reached": "{channel}: {where} can be reached",
            "not_reached": "{channel}: {why}|look at network, firewall and that server",
            "no_name": "{channel}: {host} cannot be looked up: {why}|look at /etc/resolv.conf, or write the address",
            "modem": "{channel}: modem {port}, signal {signal}",
            "modem_off": "{channel}: modem {port} cannot send: {why}|look at SIM, antenna and USB",
            "modem_busy": "{channel}: modem {port} is used by the service",
            "to_be_tried": "{channel}: only a message shows whether it works: netmon drill",
            "watched": "places that notice when netmon is silent: {count}",
            "unwatched": "nobody notices when this machine dies|set `deadman:` in netmon.yaml",
            "pushed": "{exporter}: the server takes them",
            "spooled": "{exporter}: {lines} lines wait, the oldest for {ago}|the service's log has the server's answer",
        },
    }
)  # fmt: skip
"""What was found, and behind the bar what to do about it."""


def line(found: Found, language: Language) -> Line:
    """One line in words."""
    what, _, do = TEXTS[language][found.text].partition("|")
    do = do if found.state in ("warn", "fail") else ""
    told = STATES[language][found.state]
    values = {key: each.told(language) if isinstance(each, Number) else each for key, each in found.values.items()}
    return Line(found.state, told, NAMES[language][found.name], what.format_map(values), do)

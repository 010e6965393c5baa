"""Does nothing secret get past the scrubbing, and everything else?"""

import pytest

from netmon.reading.vendors import SCRUBBED, vendor
from netmon.wire.platforms import platforms
from netmon.wire.readonly import refused

SECRETS = [
    ("cisco_ios", "enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0"),
    ("cisco_ios", "enable password HIDDEN"),
    ("cisco_ios", "enable secret level 7 0 HIDDEN"),
    ("cisco_ios", "username admin privilege 15 secret 9 HIDDEN"),
    ("cisco_ios", "username admin password 7 HIDDEN"),
    ("cisco_ios", " password 7 HIDDEN"),
    ("cisco_ios", "snmp-server community HIDDEN RO 10"),
    ("cisco_ios", "snmp-server host 10.0.0.9 version 2c HIDDEN"),
    ("cisco_ios", "snmp-server host 10.0.0.9 traps version 3 priv HIDDEN"),
    ("cisco_ios", "snmp-server host 10.0.0.9 HIDDEN"),
    ("cisco_ios", "snmp-server user netmon grp v3 auth sha HIDDEN priv aes 128 HIDDEN"),
    ("cisco_nxos", "snmp-server user netmon network-admin auth md5 HIDDEN priv HIDDEN localizedkey"),
    ("cisco_nxos", "username admin password 5 $5$HIDDEN  role network-admin"),
    ("cisco_ios", "tacacs-server key 7 HIDDEN"),
    ("cisco_ios", "radius-server host 10.0.0.9 auth-port 1812 key HIDDEN"),
    ("cisco_ios", " key 7 HIDDEN"),
    ("cisco_ios", " key HIDDEN"),
    ("cisco_ios", "  key-string 7 HIDDEN"),
    ("cisco_ios", "crypto isakmp key HIDDEN address 10.0.0.9"),
    ("cisco_ios", "  pre-shared-key HIDDEN"),
    ("cisco_ios", " ip ospf authentication-key 7 HIDDEN"),
    ("cisco_ios", " ip ospf message-digest-key 1 md5 7 HIDDEN"),
    ("cisco_ios", "ntp authentication-key 1 md5 HIDDEN 7"),
    ("cisco_ios", " neighbor 10.0.0.9 password 7 HIDDEN"),
    ("cisco_ios", " ppp chap password 0 HIDDEN"),
    ("cisco_ios", " ppp pap sent-username x password 0 HIDDEN"),
    ("cisco_ios", " standby 1 authentication HIDDEN"),
    ("cisco_ios", " standby 1 authentication md5 key-string HIDDEN"),
    ("cisco_ios", " wpa-psk ascii 0 HIDDEN"),
    ("cisco_asa", "passwd HIDDEN encrypted"),
    ("cisco_asa", "failover key HIDDEN"),
    ("huawei_vrp", " local-user admin password irreversible-cipher HIDDEN"),
    ("huawei_vrp", " local-user admin password cipher %^%#HIDDEN%^%#"),
    ("huawei_vrp", "snmp-agent community read cipher HIDDEN"),
    ("huawei_vrp", "snmp-agent community read HIDDEN"),
    ("huawei_vrp", "snmp-agent usm-user v3 netmon grp authentication-mode sha HIDDEN privacy-mode aes128 HIDDEN"),
    ("huawei_vrp", "snmp-agent target-host trap address udp-domain 10.0.0.9 params securityname cipher HIDDEN v2c"),
    ("huawei_vrp", "snmp-agent target-host trap address udp-domain 10.0.0.9 params securityname HIDDEN v2c"),
    ("huawei_vrp", " pre-shared-key cipher HIDDEN"),
    ("huawei_vrp", " set authentication password cipher HIDDEN"),
    ("huawei_vrp", "super password level 3 cipher HIDDEN"),
    ("huawei_vrp", " ospf authentication-mode md5 1 cipher HIDDEN"),
    ("huawei_vrp", " peer 10.0.0.9 password cipher HIDDEN"),
    ("huawei_vrp", " radius-server shared-key cipher HIDDEN"),
    ("huawei_vrp", " security wpa2 psk pass-phrase HIDDEN aes"),
    ("hp_comware", " password hash $h$6$HIDDEN"),
    ("hp_comware", " key authentication cipher HIDDEN"),
    ("hp_comware", " primary authentication 10.0.0.9 key simple HIDDEN"),
    ("juniper_junos", 'set system root-authentication encrypted-password "$6$HIDDEN"'),
    ("juniper_junos", 'set system login user x authentication encrypted-password "HIDDEN"'),
    ("juniper_junos", "set snmp community HIDDEN authorization read-only"),
    ("juniper_junos", 'set protocols bgp group x authentication-key "$9$HIDDEN"'),
    ("juniper_junos", 'set security ike policy x pre-shared-key ascii-text "$9$HIDDEN"'),
    ("juniper_junos", '        secret "HIDDEN"; ## SECRET-DATA'),
    ("mikrotik_routeros", "/ppp secret\nadd name=xa-01 password=HIDDEN service=l2tp"),
    ("mikrotik_routeros", '/ppp secret\nadd name=xa-01 password="HIDDEN HIDDEN" service=l2tp'),
    ("mikrotik_routeros", "/interface wireless security-profiles\nset default wpa2-pre-shared-key=\\\n    HIDDEN x=1"),
    ("mikrotik_routeros", "/interface l2tp-client\nadd connect-to=10.0.0.9 passw\\\n    ord=HIDDEN user=x"),
    ("mikrotik_routeros", "/snmp community\nset [ find default=yes ] addresses=10.0.0.0/8 name=HIDDEN"),
    ("mikrotik_routeros", "/snmp community\nadd authentication-password=HIDDEN encryption-password=HIDDEN name=HIDDEN"),
    ("mikrotik_routeros", '/interface wireguard\nadd listen-port=1 private-key="HIDDEN="'),
    ("mikrotik_routeros", '/ip ipsec identity\nadd peer=x secret="HIDDEN"'),
    ("fortinet", "        set password ENC HIDDEN"),
    ("fortinet", "        set psksecret ENC HIDDEN"),
    ("fortinet", 'config system snmp community\n    edit 1\n        set name "HIDDEN"\n'),
    ("vyos", "set system login user x authentication plaintext-password 'HIDDEN'"),
    ("zte_zxros", "username admin password encrypted HIDDEN"),
    ("dlink_ds", "create account admin boss HIDDEN"),
    ("dlink_ds", "create snmp community HIDDEN view CommunityView read_only"),
    ("maipu", "user admin password 7 HIDDEN"),
    ("generic", "password HIDDEN"),
]


@pytest.mark.parametrize(("platform", "line"), SECRETS)
def test_a_secret_is_taken_out(platform: str, line: str) -> None:
    kept = vendor(platform).scrub(line.replace("HIDDEN", "Lantern7731xyz"))
    assert "Lantern7731xyz" not in kept
    assert "hx5rVt7r" not in kept
    assert SCRUBBED in kept
    assert kept.split()[0] == line.split()[0]


def test_private_keys_are_taken_out_to_the_last_line() -> None:
    body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\nAgEAAoIBAQC7VJTUt9Us8cKj"
    whole = (
        f'set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----"\nnext'
    )
    assert vendor("fortinet").scrub(whole) == "set private-key ***\nnext"
    assert "MIIE" not in vendor("cisco_ios").scrub(f"x\n-----BEGIN RSA PRIVATE KEY-----\n{body}")


def test_what_netmon_itself_knows_is_taken_out_wherever_it_stands() -> None:
    assert (
        vendor("cisco_ios").scrub("banner login ^ ask for lantern-7731 ^", ["lantern-7731"])
        == "banner login ^ ask for *** ^"
    )


PLAIN = """version 15.7
service password-encryption
hostname xa-chau-que-ha
interface GigabitEthernet0/0/0
 description key site; secretariat of the commune
 ip address 10.28.4.11 255.255.255.0
key chain OSPF
 key 1
router bgp 65001
 neighbor 10.0.0.1 send-community both
 set community 65001:100
ip community-list 1 permit 65001:100
ssh server cipher aes256_ctr
ntp server 10.0.0.1
line vty 0 4
 no password
 exec-timeout 5 0
 login authentication key
 transport input ssh
end
"""


@pytest.mark.parametrize("platform", ["cisco_ios", "huawei_vrp", "juniper_junos", "mikrotik_routeros"])
def test_everything_else_stays(platform: str) -> None:
    assert vendor(platform).scrub(PLAIN) == PLAIN


def test_what_changes_by_itself_is_left_out_and_tells_who() -> None:
    def printed(at: str, who: str, size: int) -> str:
        return (
            f"Building configuration...\r\n\r\nCurrent configuration : {size} bytes\r\n!\r\n"
            f"! Last configuration change at {at} +07 Mon Nov 23 2026 by {who}\r\n!\r\nhostname x \r\n"
            f"ntp clock-period 1718{size}\r\nend\r\n"
        )

    cisco = vendor("cisco_ios")
    first, second = printed("08:01:02", "lan", 4101), printed("09:01:02", "minh", 4102)
    assert cisco.changer(second) == "minh"
    assert cisco.settled(cisco.scrub(first)) == cisco.settled(cisco.scrub(second)) == "!\n!\nhostname x\nend\n"
    huawei = vendor("huawei_vrp")
    assert huawei.changer("!Last configuration was updated at 2026-11-23 08:01:02 UTC by minh\n#\n") == "minh"
    mikrotik = vendor("mikrotik_routeros")
    assert mikrotik.settled("# 2026-11-23 08:01:02 by RouterOS 7.16\n/ip address\n") == "/ip address\n"


def test_control_characters_are_shown_not_sent_to_a_terminal() -> None:
    assert vendor("cisco_ios").scrub("banner motd \x03 x \x03\x1b[2J\x9b1m") == "banner motd ^C x ^C^[[2J?1m"


@pytest.mark.parametrize(
    ("platform", "text", "why"),
    [
        ("cisco_ios", "hostname x\nend\n", ""),
        ("cisco_ios", "hostname x\n", "it was cut short"),
        ("cisco_ios", "% Invalid input detected at '^' marker.\n", "it refuses the command"),
        ("huawei_vrp", "Error: Unrecognized command found at '^' position.", "it refuses the command"),
        ("huawei_vrp", "#\nsysname x\n#\nreturn\n", ""),
        ("mikrotik_routeros", "bad command name export (line 1 column 1)", "it refuses the command"),
        ("cisco_ios", "\n \n", "it prints nothing"),
    ],
)
def test_a_configuration_is_told_from_an_excuse(platform: str, text: str, why: str) -> None:
    assert vendor(platform).unusable(text) == why


def test_every_command_of_every_platform_only_looks() -> None:
    for platform in platforms():
        found = vendor(platform)
        ports = [look.command.format(port="GigabitEthernet0/0/1") for look in found.look_port]
        commands = [found.running, found.saved, *(look.command for look in found.look), *ports]
        assert [refused(platform, command) for command in commands if command and refused(platform, command)] == []


def test_hostile_output_is_scrubbed_in_time() -> None:
    """Long lines of whatever the patterns begin with; quadratic ones would take minutes."""
    for bait in (
        "password ",
        "snmp-server user auth sha ",
        "key ",
        "radius key",
        '"',
        "%^%#",
        "$1$",
        "snmp community ro ",
    ):
        text = (bait * (200_000 // len(bait)))[:200_000]
        kept = vendor("mikrotik_routeros").scrub(text)
        assert len(kept) <= len(text) * 4

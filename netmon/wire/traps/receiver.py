"""What does a trap or an inform say?

pysnmp decodes, decrypts, turns v1 into v2 (RFC 3584, 3.1) and acknowledges informs. It is imported with this module
only, because it costs 20 MB and a quarter of a second; a message costs it some 3 ms, so whoever calls this has asked
before whether the sender is known and is not saying too much. What the sender has not proved never gets as far as
pysnmp, whose checks are for engines that are asked, not told.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

from pyasn1.error import PyAsn1Error
from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import ntfrcv
from pysnmp.error import PySnmpError
from pysnmp.proto.rfc1902 import IpAddress, OctetString

from netmon.model import Credential
from netmon.wire.net import SnmpValue
from netmon.wire.snmp import usm
from netmon.wire.traps.guard import Guard
from netmon.wire.traps.head import REPORTABLE, Head, Ignored, Notification, head

TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
AGENT_ADDRESS = "1.3.6.1.6.3.18.1.3.0"
"""snmpTrapOID (SNMPv2-MIB, RFC 3418) and snmpTrapAddress (SNMP-COMMUNITY-MIB, RFC 3584)."""
COMMUNITY = "1.3.6.1.6.3.18.1.4.0"
"""snmpTrapCommunity: a secret in clear, which pysnmp adds to what was a v1 trap."""
TICK = 1.0
MOST_TICKS = 700
"""pysnmp forgets what is 600 ticks old."""
MOST_USERS = 1000
"""Users known to pysnmp, one of 31 kB for each engine that sends v3 traps, before it is started anew."""
MOST_FAILURES = 1000
"""Messages that pysnmp gave up on, each of which may leave something behind, before it is started anew."""
HOSTILE = (
    PyAsn1Error,
    PySnmpError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    RecursionError,
)
"""What pysnmp raises at messages that nobody should have sent."""

AUTH = MappingProxyType(
    {
        "MD5": config.USM_AUTH_HMAC96_MD5,
        "SHA": config.USM_AUTH_HMAC96_SHA,
        "SHA1": config.USM_AUTH_HMAC96_SHA,
        "SHA224": config.USM_AUTH_HMAC128_SHA224,
        "SHA256": config.USM_AUTH_HMAC192_SHA256,
        "SHA384": config.USM_AUTH_HMAC256_SHA384,
        "SHA512": config.USM_AUTH_HMAC384_SHA512,
    }
)
PRIV = MappingProxyType(
    {
        "DES": config.USM_PRIV_CBC56_DES,
        "AES": config.USM_PRIV_CFB128_AES,
        "AES128": config.USM_PRIV_CFB128_AES,
        "AES192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
        "AES256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
        "AES192C": config.USM_PRIV_CFB192_AES,
        "AES256C": config.USM_PRIV_CFB256_AES,
    }
)
"""netmon's names of the algorithms (netmon.wire.snmp.usm) -> pysnmp's."""

Address = tuple[str, int]
Answer = Callable[[bytes, Address], None]


class _Carrier:
    """What pysnmp takes for its transport: answers are left in it, nothing arrives."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []

    def send_message(self, message: bytes, _domain: object, _address: object) -> None:
        """The acknowledgement of an inform, or a report."""
        self.answers.append(message)

    def get_timer_resolution(self) -> float:
        """Seconds between two ticks."""
        return TICK


class Receiver:
    """Decodes what known senders say; `engine` and `boots` identify it to those who inform it."""

    def __init__(self, engine: bytes, boots: int, now: float, most_users: int = MOST_USERS) -> None:
        """`engine`: a snmpEngineID (RFC 3411) that stays the same over restarts, while `boots` counts them."""
        self._own, self._boots, self._most_users = engine, boots, most_users
        self.guard = Guard(engine)
        self.restarts = -1
        self._start(now)

    def _start(self, now: float) -> None:
        """A new pysnmp engine: it keeps what broken messages leave behind."""
        self.restarts += 1
        self._ticked, self._failures = now, 0
        self._communities: set[Credential] = set()
        self._users: dict[tuple[bytes, str], Credential] = {}
        self._got: Sequence[Any] | None = None
        self._carrier = _Carrier()
        # With an engine ID of its own choice pysnmp would keep count of its boots in a folder that all may write to.
        self._engine = SnmpEngine()
        self._engine.transport_dispatcher = self._carrier
        kept = self._engine.get_mib_builder()
        (identity, boots) = kept.import_symbols("__SNMP-FRAMEWORK-MIB", "snmpEngineID", "snmpEngineBoots")
        identity.syntax = identity.syntax.clone(self._own)
        boots.syntax = boots.syntax.clone(self._boots)
        self._engine.snmpEngineID = identity.syntax
        ntfrcv.NotificationReceiver(self._engine, self._keep)

    def _keep(
        self, _engine: object, _ref: object, _id: object, _name: object, values: Sequence[Any], _: object
    ) -> None:
        self._got = values

    def hear(
        self, datagram: bytes, source: Address, credentials: Sequence[Credential], now: float, answer: Answer
    ) -> Notification | None:
        """What the datagram says, if its sender knows one of these credentials; an inform is acknowledged by `answer`.

        None if it was answered and says nothing: a sender asked for this engine's identity or clock. Raises Ignored, or
        SecretMissing if the credential cannot be used.
        """
        first = head(datagram)
        sender, credential = first.usm, None
        if sender is None or sender.engine:
            credential = self.guard.proved(first, credentials)
            if sender is not None and credential.auth is not None and sender.engine != self._own:
                self.guard.fresh(sender, now)
        elif not sender.flags & REPORTABLE:
            raise Ignored("unreadable")
        self._tick(now)
        self._got = None
        self._carrier.answers.clear()
        try:
            if credential is not None:
                self._introduce(first, credential)
            self._engine.message_dispatcher.receive_message(self._engine, udp.DOMAIN_NAME, source, first.message)
            said = None if self._got is None else _notification(self._got)
        except HOSTILE:
            self._failures += 1
            raise Ignored("unreadable") from None
        for message in self._carrier.answers:
            answer(message, source)
        if said is None and not self._carrier.answers:
            self._failures += 1
            raise Ignored("unreadable")
        return said

    def _introduce(self, first: Head, credential: Credential) -> None:
        """Tell pysnmp of the community or user, once."""
        if first.usm is None:
            if credential not in self._communities and credential.community is not None:
                self._communities.add(credential)
                config.add_v1_system(
                    self._engine, f"c{len(self._communities)}", OctetString(credential.community.reveal().encode())
                )
            return
        user = (first.usm.engine, credential.user)
        if self._users.get(user) == credential:
            return
        keys = self.guard.keys(credential)
        auth, priv = _algorithms(credential)
        config.add_v3_user(
            self._engine,
            credential.user,
            auth,
            keys.auth or None,
            priv,
            keys.priv or None,
            securityEngineId=OctetString(first.usm.engine),
            authKeyType=config.USM_KEY_TYPE_MASTER,
            privKeyType=config.USM_KEY_TYPE_MASTER,
        )
        self._users[user] = credential

    def _tick(self, now: float) -> None:
        """Let pysnmp forget, or start it anew."""
        if self._failures >= MOST_FAILURES or len(self._users) >= self._most_users:
            self._start(now)
        passed = int((now - self._ticked) // TICK)
        if passed > 0:
            self._ticked += passed * TICK
            handlers = (*self._engine.message_processing_subsystems.values(), *self._engine.security_models.values())
            for _ in range(min(passed, MOST_TICKS)):
                for handler in handlers:
                    handler.receive_timer_tick(self._engine, now)


def _algorithms(credential: Credential) -> tuple[Any, Any]:
    """pysnmp's names for the algorithms of a credential. Raises Ignored("auth") for unknown ones."""
    auth = config.USM_AUTH_NONE if credential.auth is None else AUTH.get(usm.plain(credential.auth[0]))
    priv = config.USM_PRIV_NONE if credential.priv is None else PRIV.get(usm.plain(credential.priv[0]))
    if auth is None or priv is None:
        raise Ignored("auth")
    return auth, priv


def _notification(given: Sequence[tuple[Any, Any]]) -> Notification:
    """A v2 notification's variables. Raises Ignored("unreadable") if none of them says which trap it is."""
    values = {".".join(map(str, oid)): _value(value) for oid, value in given}
    values.pop(COMMUNITY, None)
    trap, agent = values.get(TRAP_OID), values.get(AGENT_ADDRESS)
    if not isinstance(trap, str):
        raise Ignored("unreadable")
    return Notification(trap, agent if isinstance(agent, str) else "", values)


def _value(value: Any) -> SnmpValue:
    if isinstance(value, univ.Integer):
        return int(value)
    if value.tagSet == IpAddress.tagSet:
        return ".".join(map(str, bytes(value)))
    if isinstance(value, univ.OctetString):
        return bytes(value)
    if isinstance(value, univ.ObjectIdentifier):
        return ".".join(map(str, value))
    return b""

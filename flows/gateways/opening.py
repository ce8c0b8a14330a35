"""The gateways of a process, from its settings; a practice office has recorders, whatever is set."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address

from flows.gateways.email import EmailGateway, MailServer, check_address
from flows.gateways.http_call import tls
from flows.gateways.networks import PublicNetwork, networks_of
from flows.gateways.protocol import Gateway, Letter, Unfit
from flows.gateways.recorder import Recorder
from flows.gateways.sms import SmsGateway
from flows.gateways.sms_template import GatewayFault, read_template
from flows.gateways.webhook import WebhookGateway, event
from flows.rules.messages import Content, mail, worded
from storage.settings import PREFIX, Settings, SettingsFault

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def open_gateways(settings: Settings, *, practice: bool) -> dict[str, Gateway]:
    """Each channel's gateway, of those that are configured. Raises SettingsFault, naming the setting."""
    if practice:
        return dict(_RECORDERS)
    made: dict[str, Gateway] = {}
    context = _tls(settings) if settings.channels else None
    for channel in sorted(settings.channels):
        assert context is not None
        made[channel] = _OPENED[channel](settings, context)
    return made


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        return tls(settings.gateway_ca_file)
    except (OSError, ssl.SSLError) as fault:
        raise _fault("gateway_ca_file", str(fault)) from None


def _fault(setting: str, reason: str) -> SettingsFault:
    return SettingsFault(f"{PREFIX}{setting.upper()}: {reason}")


def _email(settings: Settings, context: ssl.SSLContext) -> Gateway:
    for name in ("mail_from", "mail_reply_to"):
        _check_own_address(name, getattr(settings, name), needed=name == "mail_from")
    if settings.smtp_security == "none" and settings.smtp_host not in _THIS_MACHINE:
        raise _fault("smtp_security", "none is only for a mail server on this machine (localhost)")
    return EmailGateway(
        MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            sender=settings.mail_from,
            reply_to=settings.mail_reply_to,
            context=context,
        )
    )


def _check_own_address(name: str, given: str, *, needed: bool) -> None:
    try:
        if needed or given:
            # As it will be written: a dot too many would break every single e-mail.
            Address(addr_spec=check_address(given))
    except (Unfit, ValueError, MessageError):
        raise _fault(name, "this is no e-mail address") from None
    if not given.isascii():
        raise _fault(name, "only an address in ASCII letters is understood by every mail server")


def _sms(settings: Settings, context: ssl.SSLContext) -> Gateway:
    assert settings.sms_gateway_file is not None
    try:
        return SmsGateway(read_template(settings.sms_gateway_file), context)
    except GatewayFault as fault:
        raise _fault("sms_gateway_file", str(fault)) from None


def _webhook(settings: Settings, context: ssl.SSLContext) -> Gateway:
    try:
        network = PublicNetwork(networks_of(settings.webhook_networks))
    except ValueError as fault:
        raise _fault("webhook_networks", str(fault)) from None
    return WebhookGateway(settings.webhook_key.get_secret_value(), context, network)


_OPENED = {"email": _email, "sms": _sms, "webhook": _webhook}


def _practice_mail(letter: Letter) -> Content:
    return mail(letter.purpose, letter.values)


def _practice_sms(letter: Letter) -> Content:
    return Content(worded(letter.purpose, "hi", letter.values))


_RECORDERS: Mapping[str, Gateway] = {
    "email": Recorder(_practice_mail),
    "sms": Recorder(_practice_sms),
    "webhook": Recorder(event),
}

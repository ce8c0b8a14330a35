"""SMS through whatever gateway the office's file describes."""

from __future__ import annotations

import ssl

from flows.gateways.http_call import Lost, NotReached, Reply, call
from flows.gateways.protocol import Answer, Letter, Unfit
from flows.gateways.sms_template import SmsTemplate
from flows.gateways.sms_text import is_unicode, parts, telephone
from flows.rules.messages import Content, worded


class SmsGateway:
    """One HTTP request a message."""

    def __init__(self, template: SmsTemplate, context: ssl.SSLContext) -> None:
        self._template, self._context = template, context

    def content(self, letter: Letter) -> Content:
        file = self._template.file
        text = worded(letter.purpose, file.language, letter.values)
        if letter.purpose not in file.templates:
            raise Unfit("no-template")
        if parts(text) > file.most_parts:
            raise Unfit(f"too-long:{parts(text)}")
        telephone(letter.to, file.country)
        return Content(text)

    async def send(self, letter: Letter, content: Content) -> Answer:
        file = self._template.file
        to = telephone(letter.to, file.country)
        values = {
            "to": to,
            "text": content.text,
            "key": str(letter.key),
            "template_id": file.templates[letter.purpose],
            "unicode": file.unicode[is_unicode(content.text)],
        }
        try:
            reply = await call(self._template.request(values), self._context, limit_s=file.limit_s)
        except NotReached:
            return Answer("not_taken", "not-reached")
        except Lost as lost:
            return Answer("uncertain", lost.reason)
        return self._judged(reply, to)

    def _judged(self, reply: Reply, to: str) -> Answer:
        """By the file's signs; where they tell nothing, 3xx and 4xx are a refusal, and of the rest none knows."""
        verdict = self._template.verdict(reply)
        if verdict == "sent":
            return Answer("sent", gateway_id=self._template.id_in(reply, to))
        if verdict == "not_taken":
            return Answer("not_taken", f"answered:{reply.status}", again_after_s=reply.again_after_s)
        if verdict == "failed" or 300 <= reply.status < 500:
            return Answer("failed", f"answered:{reply.status}")
        return Answer("uncertain", f"unclear:{reply.status}")

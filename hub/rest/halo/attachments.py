"""Attachments: files of chats and tickets, brought as JSON or as a form, and handed out so that they can do no harm."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hub.actions.applications import holds_scope
from hub.actions.attachments import (
    begin_upload,
    get_attachment,
    get_linked_attachment,
    list_ticket_attachments,
    open_attachment,
    remove_attachment,
)
from hub.actions.ports import Ports
from hub.auth.attachment_links import AttachmentLinks
from hub.domain.attachment import MAX_MESSAGE_ATTACHMENTS, Attachment
from hub.domain.errors import (
    BadRequest,
    BodyTooLarge,
    Forbidden,
    NotFound,
    NotSignedIn,
    RangeNotSatisfiable,
)
from hub.domain.identity import AgentCaller, Caller
from hub.domain.media import INLINE_TYPES
from hub.domain.text import require_storable
from hub.rest.bodies import MAX_BODY_BYTES, fit, read_json
from hub.rest.downloads import Download, respond_with_file
from hub.rest.halo import wire_attachments as wire
from hub.rest.halo.answers import encoder, respond, respond_with_list, respond_with_saved
from hub.rest.halo.dialect import HaloDialect
from hub.rest.halo.translate_attachments import answer_from_attachment, bytes_from_input, notes_from_input
from hub.rest.multipart import is_multipart, read_parts
from hub.rest.operation import Call, Operation, Principal, items_from_body

MIB = 1024 * 1024
ENVELOPE_BYTES = 64 * 1024  # Names, notes and boundaries around the files of one body.
BASE64_STEP_BYTES = 192 * 1024  # A multiple of three, so that the pieces can be put together.

ENDED = b'"}'


class Attachments:
    """The resource."""

    def __init__(
        self, ports: Ports, dialect: HaloDialect, links: AttachmentLinks, base_url: str, max_mib: int
    ) -> None:
        self._ports = ports
        self._dialect = dialect
        self._links = links
        self._base_url = base_url
        self._max_bytes = max_mib * MIB

    async def list_attachments(self, call: Call) -> Response:
        """The attachments of a ticket, as far as the agent may see them."""
        query: wire.AttachmentListQuery = call.query
        _require_scope(call.require_principal(), "read")
        found = await list_ticket_attachments(self._ports, call.require_agent(), query.ticket_id)
        page = found[query.offset : query.offset + query.limit]
        return respond_with_list("attachments", [self._answer(one) for one in page], len(found), query)

    async def add_attachments(self, call: Call) -> Response:
        """The files of the body as attachments: all of them, or none."""
        principal = call.require_principal()
        _require_scope(principal, "edit")
        if is_multipart(call.request):
            self._require_fitting_length(call.request, self._max_bytes + ENVELOPE_BYTES)
            made = await self._add_from_form(call.request, principal.caller)
        else:
            made = await self._add_from_json(call.request, principal.caller)
        return respond_with_saved([self._answer(attachment) for attachment in made])

    async def get_attachment(self, call: Call) -> Response:
        """The bytes of an attachment; its description with them as JSON when `includedetails` asks for it."""
        query: wire.AttachmentQuery = call.query
        attachment, linked_for = await self._find(call, query.token)
        read = partial(open_attachment, self._ports, attachment)
        if query.includedetails:
            return await self._respond_with_details(call.request, attachment, read)
        is_inline = attachment.type in INLINE_TYPES
        file = Download(
            attachment.name,
            attachment.type,
            attachment.size,
            attachment.uuid.hex,
            is_inline=is_inline,
            # Pages show images by their link. All other readers use fetch, where CORS decides and this header is not looked at.
            is_embeddable=is_inline and linked_for is not None,
            # A link's address is secret and ends; without a link the address is the same for everybody who uses the browser.
            kept_for=linked_for,
        )
        try:
            return await respond_with_file(call.request, file, read)
        except RangeNotSatisfiable as error:
            response = self._dialect.respond_with_error(error)
            response.headers["Content-Range"] = f"bytes */{attachment.size}"
            return response

    async def delete_attachment(self, call: Call) -> Response:
        """Removes an own upload that nothing has used; administrators remove any."""
        principal = call.require_principal()
        _require_scope(principal, "edit")
        caller = principal.caller
        may_administer = (
            isinstance(caller, AgentCaller) and caller.is_admin and holds_scope(principal.scopes, "admin")
        )
        await remove_attachment(self._ports, caller, call.id, may_administer=may_administer)
        return respond(wire.Removed(call.id))

    async def _find(self, call: Call, token: str | None) -> tuple[Attachment, timedelta | None]:
        """The attachment, and for how much longer its link holds when it was found by a link."""
        if call.principal is not None:
            _require_scope(call.principal, "read")
            return await get_attachment(self._ports, call.principal.caller, call.id), None
        if token is None:
            raise NotSignedIn
        now = self._ports.clock.now()
        link = self._links.read_token(token, now)
        if link.attachment_id != call.id:
            raise NotFound
        attachment = await get_linked_attachment(self._ports, link.tenant_id, link.attachment_id)
        return attachment, link.expires_at - now

    async def _add_from_json(self, request: Request, caller: Caller) -> list[Attachment]:
        files, _ = items_from_body(
            await read_json(request, self._max_json_bytes(caller)), wire.AttachmentInput
        )
        if len(files) > MAX_MESSAGE_ATTACHMENTS:
            raise BadRequest(f"An array holds at most {MAX_MESSAGE_ATTACHMENTS} files.")
        if any(file.id for file in files):
            raise BadRequest("An attachment is not changed; bring the file anew.", field="id")
        async with begin_upload(self._ports, caller, self._max_bytes) as upload:
            for file in files:
                chunks = _pieces(bytes_from_input(file))
                await upload.add_file(file.filename, chunks, notes_from_input(file))
            return await upload.finish()

    async def _add_from_form(self, request: Request, caller: Caller) -> list[Attachment]:
        """The fields of the form may come after its files, so they are said of these in the end."""
        fields: dict[str, str] = {}
        count = 0
        async with begin_upload(self._ports, caller, self._max_bytes) as upload:
            async for part in read_parts(request):
                if part.file_name is not None:
                    count += 1
                    if count > MAX_MESSAGE_ATTACHMENTS:
                        raise BadRequest(
                            f"A form holds at most {MAX_MESSAGE_ATTACHMENTS} files.", field="file"
                        )
                    await upload.add_file(part.file_name, part.chunks)
                elif part.name.lower() == "file":
                    raise BadRequest("The part “file” is not a file: it has no name of one.", field="file")
                elif text := await part.read_text():
                    fields[part.name] = require_storable(text, part.name)
            if not count:
                raise BadRequest("The form holds no file.", field="file")
            upload.note_all(notes_from_input(_fields_from_form(fields)))
            return await upload.finish()

    def _max_json_bytes(self, caller: Caller) -> int:
        """JSON is held as a whole while it is read, which is for programs of agents; pages of visitors send forms."""
        if not isinstance(caller, AgentCaller):
            return MAX_BODY_BYTES
        return self._max_bytes // 3 * 4 + ENVELOPE_BYTES

    def _require_fitting_length(self, request: Request, most: int) -> None:
        """Refuses at once what says that it is too large; what lies is found out when it comes."""
        length = request.headers.get("content-length", "0")
        if length.isdigit() and int(length) > most:
            raise BodyTooLarge(f"The files are larger than {self._max_bytes // MIB} MiB.")

    def _answer(self, attachment: Attachment) -> wire.AttachmentAnswer:
        now = self._ports.clock.now()
        address = self._links.issue_address(self._base_url, attachment.tenant_id, attachment.id, now)
        return answer_from_attachment(attachment, address)

    async def _respond_with_details(
        self, request: Request, attachment: Attachment, read: "partial[Any]"
    ) -> Response:
        """The description with the bytes in base64, written as they come."""
        begun = encoder.encode(self._answer(attachment)).removesuffix(b"}") + b',"data_base64":"'
        length = len(begun) + (attachment.size + 2) // 3 * 4 + len(ENDED)
        headers = {"Content-Length": str(length)}
        if request.method == "HEAD":
            return Response(media_type="application/json", headers=headers)
        return StreamingResponse(
            _details(begun, await read()), media_type="application/json", headers=headers
        )

    def operations(self) -> list[Operation]:
        """The addresses of attachments."""
        return [
            Operation(
                name="listAttachments",
                method="GET",
                path="/api/Attachment",
                run=self.list_attachments,
                summary="The attachments of a ticket",
                tag="Attachments",
                query=wire.AttachmentListQuery,
                answer=wire.AttachmentList,
            ),
            Operation(
                name="addAttachments",
                method="POST",
                path="/api/Attachment",
                run=self.add_attachments,
                summary="Bring files: as JSON, or as multipart/form-data with parts “file” and the other fields as parts",
                tag="Attachments",
                admits_visitors=True,
                admits_pages=True,
                items=wire.AttachmentInput,
                parts=wire.FormFields,
                reads_own_body=True,
                answer=wire.AttachmentAnswer,
                status=201,
            ),
            Operation(
                name="getAttachment",
                method="GET",
                path="/api/Attachment/{id}",
                run=self.get_attachment,
                summary="The bytes of an attachment, or with `includedetails` its description and them as JSON",
                tag="Attachments",
                is_open=True,  # To whoever has its link.
                admits_visitors=True,
                query=wire.AttachmentQuery,
                is_download=True,
                answer=wire.AttachmentDetails,
            ),
            Operation(
                name="deleteAttachment",
                method="DELETE",
                path="/api/Attachment/{id}",
                run=self.delete_attachment,
                summary="Remove an own upload that was not sent; administrators remove any",
                tag="Attachments",
                admits_visitors=True,
                answer=wire.Removed,
            ),
        ]


def _require_scope(principal: Principal, right: str) -> None:
    """Attachments belong to chats and to tickets, so the scope of either admits agents; visitors need none."""
    if isinstance(principal.caller, AgentCaller) and not any(
        holds_scope(principal.scopes, scope) for scope in ("access:chat", f"{right}:tickets")
    ):
        raise Forbidden(f"This needs the scope “access:chat” or “{right}:tickets”.")


def _fields_from_form(fields: dict[str, str]) -> wire.FormFields:
    return fit(fields, wire.FormFields)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    """In pieces, so that nothing downstream holds it twice."""
    for start in range(0, len(content), MIB):
        yield content[start : start + MIB]


async def _details(begun: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    rest = b""
    async for chunk in chunks:
        rest += chunk
        whole = len(rest) // BASE64_STEP_BYTES * BASE64_STEP_BYTES
        yield b64encode(rest[:whole])
        rest = rest[whole:]
    yield b64encode(rest) + ENDED

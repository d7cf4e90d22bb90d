"""Canned texts."""

from starlette.responses import Response

from hub.actions import canned_texts
from hub.actions.ports import Ports
from hub.domain.canned_text import CannedTextFilter
from hub.rest.halo.answers import respond, respond_with_rows, respond_with_saved
from hub.rest.halo.resource import naming_fields, patches_from_call, resource_operations
from hub.rest.halo.translate_desk import CANNED_TEXT_NAMES, canned_text_out
from hub.rest.halo.wire_desk import CannedTextIn, CannedTextList, CannedTextOut, CannedTextQuery
from hub.rest.operation import Call, Operation


class CannedTexts:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_canned_texts(self, call: Call) -> Response:
        """The texts the agent may use."""
        query: CannedTextQuery = call.query
        wanted = CannedTextFilter(team_id=query.team_id, text=query.search)
        found = await canned_texts.list_canned_texts(self._ports, call.require_agent(), wanted)
        return respond_with_rows("cannedtexts", [canned_text_out(text) for text in found], query)

    async def get_canned_text(self, call: Call) -> Response:
        """One text."""
        found = await canned_texts.get_canned_text(self._ports, call.require_agent(), call.id)
        return respond(canned_text_out(found))

    async def save_canned_texts(self, call: Call) -> Response:
        """Texts made and changed, all or none."""
        with naming_fields(CANNED_TEXT_NAMES):
            patches = patches_from_call(call, CANNED_TEXT_NAMES)
            saved = await canned_texts.save_canned_texts(self._ports, call.require_agent(), patches)
        return respond_with_saved([canned_text_out(text) for text in saved])

    async def delete_canned_text(self, call: Call) -> Response:
        """One text less; it comes back as it was."""
        gone = await canned_texts.delete_canned_text(self._ports, call.require_agent(), call.id)
        return respond(canned_text_out(gone))

    def operations(self) -> list[Operation]:
        """The addresses of canned texts."""
        return resource_operations(
            "CannedText",
            "/api/CannedText",
            "Canned texts",
            list_all=self.list_canned_texts,
            get=self.get_canned_text,
            save=self.save_canned_texts,
            delete=self.delete_canned_text,
            query=CannedTextQuery,
            items=CannedTextIn,
            answer=CannedTextOut,
            listing=CannedTextList | list[CannedTextOut],
            read_scope="access:chat",
            edit_scope="access:chat",
            admits_pages=True,
        )

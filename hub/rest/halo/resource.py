"""What Halo's resources beside the chats share: their addresses, and how elements of a body become patches."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from starlette.responses import Response

from hub.domain.desk import Patch
from hub.domain.errors import BadRequest
from hub.rest.halo.answers import require_single_use
from hub.rest.operation import Call, Operation

# Our name of a field by Halo's.
Names = Mapping[str, str]
Run = Callable[[Call], Awaitable[Response]]


def patches_from_call(call: Call, names: Names) -> list[Patch]:
    """One patch an element, with what it names of `names`. BadRequest when an array names one thing twice."""
    patches = [patch_from_item(item, names) for item in items_from_call(call)]
    require_single_use([patch["id"] for patch in patches if "id" in patch], "id")
    return patches


def items_from_call(call: Call, id_member: str = "id") -> Sequence[Any]:
    """The elements of the body; the one of `POST /X/{id}` has the id of the address. BadRequest when it has another."""
    if "id" not in call.request.path_params:
        return call.items
    if len(call.items) != 1:
        raise BadRequest("The address is that of one object.")
    item = call.items[0]
    if getattr(item, id_member) not in (msgspec.UNSET, None, call.id):
        raise BadRequest("The body has another id than the address.", field=id_member)
    return [msgspec.structs.replace(item, **{id_member: call.id})]


def patch_from_item(item: Any, names: Names) -> Patch:
    """What the element names, by our names. An id that is null is none."""
    given = {ours: getattr(item, theirs) for theirs, ours in names.items()}
    return {
        name: value
        for name, value in given.items()
        if value is not msgspec.UNSET and not (name == "id" and value is None)
    }


@contextmanager
def naming_fields(names: Names) -> Iterator[None]:
    """Refusals name the field as Halo does."""
    try:
        yield
    except BadRequest as error:
        theirs = {ours: name for name, ours in names.items()}
        error.field = theirs.get(error.field or "", error.field)
        raise


def disabled_wanted(disabled: bool, enabled: bool) -> bool | None:
    """The filter two switches stand for: only the disabled, only the enabled, or (None) both."""
    return None if disabled and enabled else disabled


def resource_operations(
    noun: str,
    path: str,
    tag: str,
    *,
    list_all: Run,
    get: Run,
    save: Run,
    delete: Run | None = None,
    query: type[msgspec.Struct],
    items: type[msgspec.Struct],
    answer: type[msgspec.Struct],
    listing: Any,
    read_scope: str | None,
    edit_scope: str,
    admits_pages: bool = False,
) -> list[Operation]:
    """The addresses of a resource as all of Halo's have them; an object is changed at its own address and at the list's.

    `admits_pages`: agents on pages may list it.
    """
    saved = answer | list[answer]  # type: ignore[valid-type]
    article = "an" if noun[0] in "AEIOU" else "a"
    operations = [
        Operation(
            name=f"list{noun}",
            method="GET",
            path=path,
            run=list_all,
            summary=f"List of {tag.lower()}",
            tag=tag,
            scope=read_scope,
            admits_pages=admits_pages,
            query=query,
            answer=listing,
        ),
        Operation(
            name=f"get{noun}",
            method="GET",
            path=f"{path}/{{id}}",
            run=get,
            summary=f"One of the {tag.lower()}",
            tag=tag,
            scope=read_scope,
            answer=answer,
        ),
        Operation(
            name=f"save{noun}",
            method="POST",
            path=path,
            run=save,
            summary=f"Makes {article} {noun}, or changes one when its id is given; several as an array, all or none",
            tag=tag,
            scope=edit_scope,
            items=items,
            answer=saved,
            status=201,
        ),
        Operation(
            name=f"change{noun}",
            method="POST",
            path=f"{path}/{{id}}",
            run=save,
            summary=f"Changes {article} {noun}",
            tag=tag,
            scope=edit_scope,
            items=items,
            answer=answer,
            status=201,
        ),
    ]
    if delete is not None:
        operations.append(
            Operation(
                name=f"delete{noun}",
                method="DELETE",
                path=f"{path}/{{id}}",
                run=delete,
                summary=f"Deletes {article} {noun}",
                tag=tag,
                scope=edit_scope,
                answer=answer,
            )
        )
    return operations

"""Bodies that are no JSON but forms with files."""

import re
from pathlib import Path

from intercom_async import AttachmentFile, SessionPool
from tests.transport.answering import client
from tests.transport.scripted import Server, closes


def parts(content_type: str, body: bytes) -> list[bytes]:
    found = re.fullmatch(r"multipart/form-data; boundary=(\w+)", content_type)
    assert found
    first, *within, last = body.split(b"--" + found[1].encode())
    assert (first, last) == (b"", b"--\r\n")
    return [part.removeprefix(b"\r\n").removesuffix(b"\r\n") for part in within]


async def test_a_catalog_is_uploaded_as_a_form(
    server: Server, pool: SessionPool, tmp_path: Path
) -> None:
    file = tmp_path / "all products.json"
    file.write_bytes(b"[\r\n\0\xff]")
    intercom = client(server.url, pool, version="Preview")
    upload = await intercom.ecommerce.upload_catalog("7", catalog=file)
    assert upload.next_part_number is None
    (sent,) = server.requests
    assert (sent.method, sent.path) == ("POST", "/ecommerce/connectors/7/catalog")
    (part,) = parts(sent.headers["content-type"], sent.body)
    head, _, content = part.partition(b"\r\n\r\n")
    assert content == b"[\r\n\0\xff]"
    assert head.split(b"\r\n") == [
        b'Content-Disposition: form-data; name="catalog"; filename="all products.json"',
        b"Content-Type: application/json",
    ]


async def test_a_part_of_a_catalog_is_safe_to_repeat(server: Server, pool: SessionPool) -> None:
    intercom = client(server.url, pool, version="Preview").with_options(repeat_upserts=True)
    server.script.append(closes)
    part = AttachmentFile('a "b".json', b"x")
    await intercom.ecommerce.upload_catalog("7", catalog=part, import_job_id=5, part_number=2)
    await intercom.ecommerce.upload_catalog("7", import_job_id="5", finalize=True)
    once, again, last = server.requests
    assert once.body == again.body
    fields = parts(once.headers["content-type"], once.body)
    assert [field.rpartition(b"\r\n")[2] for field in fields] == [b"5", b"2", b"x"]
    assert b'filename="a %22b%22.json"' in fields[2]
    fields = parts(last.headers["content-type"], last.body)
    assert [field.rpartition(b"\r\n")[2] for field in fields] == [b"5", b"true"]

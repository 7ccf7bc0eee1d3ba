"""Take each guard of SECURITY.md out of a copy of the code, and see its test fail.

Run ``python tests/security/guards.py``, or with a part of a file's or test's name to try a few.
It leaves with 1 if a test passes without its guard, or a guard is no longer where it was.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
LEFT_OUT: Final = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "demo-export")
TESTS_FAILED: Final = 1  # pytest's exit code, as against mistakes in how it was started
SECONDS: Final = 120


class Guard(NamedTuple):
    """An edit that takes a guard out, and the test that has to notice."""

    file: str  # below intercom_async/
    old: str
    new: str
    test: str  # below tests/


TOKENS: Final = "security/test_tokens.py::"
NETWORK: Final = "security/test_network.py::"
OUTPUTS: Final = "security/test_outputs.py::"
ANSWERS: Final = "fuzz/test_fuzz_answers.py::"
PLAIN_HEADER: Final = ('_SecretStr(f"Bearer {token}")', 'f"Bearer {token}"')

GUARDS: Final = (
    # Tokens
    Guard("net/headers.py", *PLAIN_HEADER, TOKENS + "test_no_repr_and_no_vars_show_it"),
    Guard("net/headers.py", *PLAIN_HEADER, TOKENS + "test_no_cancelled_call_shows_it"),
    Guard("net/headers.py", *PLAIN_HEADER, TOKENS + "test_no_error_of_a_request_shows_it"),
    Guard(
        "net/settings.py",
        'return "<token hidden>"',
        "return str(self._token)",
        "test_settings.py::test_a_secret_never_shows",
    ),
    Guard("net/headers.py", *PLAIN_HEADER, "transport/test_reads.py::TestReads::test_give_up"),
    Guard(
        "client.py",
        "secret, token = None if token is None else Secret(token), None",
        "secret = None if token is None else Secret(token)",
        TOKENS + "test_no_refused_argument_shows_it",
    ),
    Guard(
        "net/settings.py",
        "return Secret(await _await(self._token())).checked()",
        "given = await _await(self._token()); return Secret(given).checked()",
        TOKENS + "test_no_refused_answer_of_a_callable_shows_it",
    ),
    *(
        Guard(
            "net/settings.py",
            "    def __reduce__(self) -> str:\n        raise TypeError(",
            "    def __reduce__(self): return Secret, (self._token,)\n"
            "    def unused(self): raise TypeError(",
            test,
        )
        for test in (
            "test_settings.py::test_a_secret_does_not_leave",
            TOKENS + "test_no_pickle_and_no_copy_holds_it",
        )
    ),
    Guard(
        "net/pool.py",
        'raise TypeError("a pool is not pickled or copied; make one where it is used")',
        'return "SessionPool"',
        TOKENS + "test_an_authorization_header_is_not_pickled",
    ),
    Guard(
        "net/headers.py",
        "    made.update(settings.headers)\n",
        "    made.update(settings.headers)\n"
        '    import logging; logging.getLogger().debug("%s", made["Authorization"])\n',
        TOKENS + "test_no_log_and_no_warning_tells_it",
    ),
    Guard(
        "export/store/run.py",
        '    """Note what is asked for."""\n',
        '    import os; token = os.environ.get("INTERCOM_ACCESS_TOKEN", "")\n'
        '    (database.path.parent / "debug.log").write_text(token)\n',
        TOKENS + "test_no_file_of_an_export_holds_it",
    ),
    Guard(
        "net/settings.py",
        "hmac.compare_digest(_bytes(self._token), _bytes(other._token))",
        "self._token == other._token",
        TOKENS + "test_secrets_are_compared_in_constant_time",
    ),
    # Webhooks
    Guard(
        "webhooks/signatures.py",
        "if not hmac.compare_digest(_utf8(header), expected.encode()):",
        "if header != expected:",
        "test_webhooks.py::test_signatures_are_compared_in_constant_time",
    ),
    Guard(
        "webhooks/signatures.py",
        "if not hmac.compare_digest(_utf8(header), expected.encode()):",
        "if False:",
        "test_webhooks.py::test_a_wrong_signature_is_refused",
    ),
    Guard(
        "webhooks/signatures.py",
        "    if not secret:\n",
        "    if False:\n",
        "test_webhooks.py::test_an_empty_secret_trusts_nothing",
    ),
    Guard(
        "webhooks/app.py",
        '            verify_signature(body, signature, self._secrets[name] or "", name=name)\n',
        "            pass\n",
        "test_webhook_app.py::test_a_wrong_signature_is_401",
    ),
    Guard(
        "webhooks/app.py",
        "in signatures:",
        "in signatures[-1:]:",
        "test_webhook_app.py::test_either_signature_will_do_and_none_hides_another",
    ),
    Guard(
        "webhooks/app.py",
        "if len(body) > self._max_body:",
        "if False:",
        "test_webhook_app.py::test_a_body_is_counted_whatever_it_says",
    ),
    Guard(
        "webhooks/app.py",
        'if key.lower() == b"content-length" and _exceeds(value, self._max_body):',
        "if False:",
        "test_webhook_app.py::test_a_body_that_says_it_is_too_large_is_not_read",
    ),
    Guard(
        "webhooks/app.py",
        "with anyio.CancelScope(deadline=deadline):\n",
        "with anyio.CancelScope():\n",
        "test_webhook_app.py::test_a_body_that_never_ends_is_408",
    ),
    # Where to
    Guard(
        "net/settings.py",
        'if parts.scheme == "http" and not is_loopback(host):',
        "if False:",
        "test_settings.py::test_plain_http_is_for_loopback_only",
    ),
    Guard(
        "net/settings.py",
        "if host not in _HOSTS and not is_loopback(host):",
        "if False:",
        "test_settings.py::test_the_environment_cannot_send_the_token_elsewhere",
    ),
    Guard(
        "net/settings.py",
        'if set("@?# \\\\") & set(base_url)',
        'if set("?# \\\\") & set(base_url)',
        "test_settings.py::test_a_password_in_a_url_is_refused_and_not_shown",
    ),
    Guard(
        "net/transport.py",
        "ssl=True if ssl_context is None else ssl_context",
        "ssl=False if ssl_context is None else ssl_context",
        NETWORK + "test_a_certificate_nobody_vouches_for_gets_no_token",
    ),
    Guard(
        "net/transport.py",
        "ssl=True if ssl_context is None else ssl_context",
        "ssl=False",
        NETWORK + "test_a_certificate_of_another_host_gets_no_token",
    ),
    Guard(
        "net/transport.py",
        "proxy=proxy,\n",
        "proxy=proxy, trust_env=True,\n",
        NETWORK + "test_no_variable_leads_requests_through_a_proxy",
    ),
    Guard(
        "net/headers.py",
        '"Authorization": _SecretStr',
        '"X-Token": _SecretStr',
        NETWORK + "test_no_netrc_replaces_the_token",
    ),
    Guard(
        "net/transport.py",
        "allow_redirects=False,\n            timeout=limits",
        "allow_redirects=True,\n            timeout=limits",
        "transport/test_sent.py::TestSecrets"
        "::test_redirects_are_refused_and_nothing_goes_to_the_other_host",
    ),
    Guard(
        "net/transport.py",
        "{name: sent[name] for name in _TO_OTHERS}",
        "sent",
        NETWORK + "test_a_redirect_to_a_file_gets_no_token",
    ),
    Guard(
        "net/transport.py",
        'safe = url.scheme == "https" or',
        "safe = True or",
        NETWORK + "test_a_redirect_to_a_file_leads_over_tls",
    ),
    Guard(
        "net/headers.py",
        "    if call.origin is not None:\n        return",
        "    if False:\n        return",
        NETWORK + "test_a_file_of_another_host_gets_no_token",
    ),
    Guard(
        "core/wire.py",
        'if not path.startswith("/") or path.startswith("//") or',
        "if False and",
        NETWORK + "test_no_path_leads_the_token_to_another_host",
    ),
    Guard(
        "net/transport.py",
        "aiohttp.DummyCookieJar()",
        "aiohttp.CookieJar(unsafe=True)",
        "transport/test_sent.py::TestSecrets::test_cookies_are_not_sent_back",
    ),
    # What is sent
    Guard(
        "net/settings.py",
        "or not value.isprintable():",
        ":",
        "test_options.py::test_options_that_make_no_sense_are_refused",
    ),
    Guard(
        "net/settings.py",
        'if not token.isascii() or not token.isprintable() or " " in token:',
        "if False:",
        "test_settings.py::test_bad_token",
    ),
    Guard(
        "core/wire.py",
        'given in {".", ".."}',
        "False",
        "test_wire.py::test_segment_refuses_what_leads_elsewhere",
    ),
    Guard(
        "core/wire.py",
        'return quote(given, safe="")',
        "return given",
        "fuzz/test_fuzz_requests.py::test_an_id_is_one_segment_of_the_path_or_refused",
    ),
    # What comes back
    Guard(
        "net/fast_path.py",
        "if size > max_body:",
        "if False:",
        NETWORK + "test_a_bomb_costs_64_mib_at_most",
    ),
    Guard(
        "net/pool.py",
        "max_body: int = 64 * 2**20",
        "max_body: int = 2**40",
        NETWORK + "test_a_bomb_costs_64_mib_at_most",
    ),
    Guard(
        "net/fast_path.py",
        "if length is not None and int(length) > max_body:",
        "if False:",
        "transport/test_large_answers.py::TestLargeAnswers::test_the_length_alone_is_enough_to_refuse",
    ),
    Guard(
        "core/codec.py",
        "(msgspec.DecodeError, ValueError, RecursionError)",
        "(msgspec.DecodeError, ValueError)",
        ANSWERS + "test_a_body_is_decoded_or_a_decode_error",
    ),
    Guard(
        "core/codec.py",
        "(msgspec.DecodeError, ValueError, RecursionError)",
        "(msgspec.DecodeError, ValueError)",
        ANSWERS + "test_a_notification_is_read_or_a_decode_error",
    ),
    Guard(
        "core/wire.py",
        "except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):\n        listed",
        "except msgspec.MsgspecError:\n        listed",
        ANSWERS + "test_a_reply_is_a_value_or_a_request_error",
    ),
    Guard(
        "core/rate_window.py",
        "return max(self.retry_after, 0.0)",
        "return self.retry_after",
        "fuzz/test_fuzz_pacing.py::test_a_wait_before_a_retry_is_a_time",
    ),
    Guard(
        "core/rate_window.py",
        "return value if -inf < value < inf else None",
        "return value",
        "fuzz/test_fuzz_pacing.py::test_a_window_opens_again",
    ),
    Guard(
        "core/page_cursor.py",
        "self._loops = digest in self._seen",
        "self._loops = False",
        "test_page_cursor.py::test_a_repeated_cursor_is_an_error_when_its_page_is_asked_for",
    ),
    # What is written
    Guard(
        "export/store/disk.py",
        "_PRIVATE_FILE: Final = 0o600",
        "_PRIVATE_FILE: Final = 0o644",
        "export/test_store.py::test_everything_is_private",
    ),
    Guard(
        "export/files.py",
        '_UNSAFE.sub("_", workspace)',
        "workspace",
        "export/test_export.py::test_a_workspace_id_cannot_lead_out_of_the_folder",
    ),
    Guard(
        "export/store/disk.py",
        'getattr(os, "O_NOFOLLOW", 0)',
        "0",
        "export/test_store_disk.py::test_a_link_in_the_way_of_a_shard_is_not_followed",
    ),
    Guard(
        "export/store/disk.py",
        "    if path.is_symlink():",
        "    if False:",
        "export/test_store_disk.py::test_a_link_in_the_way_is_not_followed",
    ),
    Guard(
        "export/store/disk.py",
        "    if path.is_symlink():",
        "    if False:",
        "export/test_convert_outputs.py::test_symbolic_links_are_not_followed",
    ),
    Guard(
        "export/store/database.py",
        "if code in _DAMAGED:",
        "if False:",
        "fuzz/test_fuzz_store.py::test_bytes_written_over_anywhere",
    ),
    Guard(
        "export/store/run.py",
        "except (msgspec.DecodeError, UnicodeError, RecursionError) as error:",
        "except ZeroDivisionError as error:",
        "fuzz/test_fuzz_store.py::test_a_run_that_holds_something_else",
    ),
    *(
        Guard(
            "export/api.py",
            f"if isinstance(error, {error}):",
            "if False:",
            "export/test_export_odd_answers.py"
            "::test_what_is_left_out_stands_in_no_file_where_answers_are_spoiled",
        )
        for error in ("DecodeError", "StatusError")
    ),
    Guard(
        "export/tables/statements.py",
        '"VARCHAR": "formula_safe({})"',
        '"VARCHAR": "{}"',
        OUTPUTS + "test_no_cell_of_a_csv_is_a_formula",
    ),
    *(
        Guard(
            "cli/output.py",
            'return "".join(c if c.isprintable()',
            'return text; "".join(c if c.isprintable()',
            OUTPUTS + test,
        )
        for test in (
            "test_no_name_from_a_workspace_steers_the_terminal",
            "test_no_message_of_the_api_steers_the_terminal",
        )
    ),
)


def pytest(tree: Path, *tests: str) -> int:
    """Run tests of a tree, whose code goes before the installed one."""
    done = subprocess.run(  # noqa: S603  # pytest
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=SECONDS,
    )
    return done.returncode


def verdict(tree: Path, guard: Guard) -> str | None:
    """Return what is wrong with a guard, if anything."""
    path = tree / "intercom_async" / guard.file
    code = path.read_text(encoding="utf-8")
    if code.count(guard.old) != 1:
        return f"stands {code.count(guard.old)} times in the file"
    path.write_text(code.replace(guard.old, guard.new), encoding="utf-8")
    try:
        left_with = pytest(tree, f"tests/{guard.test}")
    finally:
        path.write_text(code, encoding="utf-8")
    if left_with == TESTS_FAILED:
        return None
    return "the test passes without it" if left_with == 0 else f"pytest left with {left_with}"


def main(part: str = "") -> int:
    """Try the guards whose file or test holds a text, and return the exit code."""
    guards = [guard for guard in GUARDS if part in guard.file or part in guard.test]
    wrong = 0
    with TemporaryDirectory(prefix="guards-") as scratch:
        tree = Path(scratch) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        if pytest(tree, *sorted({f"tests/{guard.test}" for guard in guards})):
            print("the tests do not pass as it is")  # noqa: T201  # a command's output
            return 1
        for guard in guards:
            problem = verdict(tree, guard)
            wrong += problem is not None
            first = guard.old.strip().splitlines()[0]
            line = f"{problem or 'fails without it'}: {guard.test}  <-  {guard.file}: {first}"
            print(line, flush=True)  # noqa: T201  # a command's output
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

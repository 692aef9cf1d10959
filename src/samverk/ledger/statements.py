"""The statements of the writer, for each engine: a whole batch is one statement, its rows one parameter of JSON.

So a batch costs the same few rounds to the database however many rows it has. Every statement is of one organisation.
"""

from typing import Final

SQLITE: Final = {
    "head": "select seq, digest from ledger_heads where org_id = :org",
    "first head": "insert into ledger_heads (org_id, seq, digest) values (:org, 0, :digest) on conflict do nothing",
    "grown": "update ledger_heads set seq = :seq, digest = :digest where org_id = :org",
    "accounts": """select account, used, held from ledger_accounts
        where org_id = :org and account in (select value from json_each(:rows))""",
    "ended": """delete from ledger_holds where org_id = :org and call_id in (select value from json_each(:rows))
        returning call_id, body""",
    "entries": """insert into ledger_entries (org_id, seq, call_id, event, at, body, previous, digest)
        select :org, value->>0, value->>1, value->>2, :at, value->>3, value->>4, value->>5 from json_each(:rows)""",
    "holds": """insert into ledger_holds (org_id, call_id, holder, body)
        select :org, value->>0, :holder, value->>1 from json_each(:rows)""",
    "settled": """insert into ledger_accounts (org_id, account, used, held)
        select :org, value->>0, value->>1, value->>2 from json_each(:rows) where true
        on conflict (org_id, account) do update set used = excluded.used, held = excluded.held""",
    "usage": """insert into ledger_usage
        (org_id, day, kind, name, currency, calls, denied, failed, tokens_in, tokens_out, cost, ms)
        select :org, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8,
        value->>9, value->>10 from json_each(:rows) where true
        on conflict (org_id, kind, day, name, currency) do update set calls = ledger_usage.calls + excluded.calls,
        denied = ledger_usage.denied + excluded.denied, failed = ledger_usage.failed + excluded.failed,
        tokens_in = ledger_usage.tokens_in + excluded.tokens_in, tokens_out = ledger_usage.tokens_out + excluded.tokens_out,
        cost = ledger_usage.cost + excluded.cost, ms = ledger_usage.ms + excluded.ms""",
    "process": "insert into ledger_processes (id, started_at) values (:holder, :at) on conflict do nothing",
    "process gone": "delete from ledger_processes where id = :holder",
    "keep": """insert into ledger_contents (org_id, call_id, at, sealed, run_id) values (:org, :call, :at, :sealed, :run)
        on conflict do nothing""",
    "erase": """delete from ledger_contents
        where org_id = :org and run_id in (select value from json_each(:rows))""",
    "sweep": "delete from ledger_contents where org_id = :org and at < :at",
    "forget accounts": """delete from ledger_accounts
        where org_id = :org and account >= :first and account < :until and held = 0""",
    "choose": """insert into ledger_choices (org_id, content_days) values (:org, :days)
        on conflict (org_id) do update set content_days = excluded.content_days""",
    "come to": """insert into ledger_cursors (org_id, exporter, seq) values (:org, :exporter, :seq)
        on conflict (org_id, exporter) do update set seq = excluded.seq""",
}

POSTGRES: Final = {
    "head": "select seq, digest from ledger_heads where org_id = %(org)s for update",
    "first head": "insert into ledger_heads (org_id, seq, digest) values (%(org)s, 0, %(digest)s) on conflict do nothing",
    "grown": "update ledger_heads set seq = %(seq)s, digest = %(digest)s where org_id = %(org)s",
    "accounts": """select account, used, held from ledger_accounts
        where org_id = %(org)s and account in (select json_array_elements_text(%(rows)s::json))""",
    "ended": """delete from ledger_holds
        where org_id = %(org)s and call_id in (select json_array_elements_text(%(rows)s::json)::uuid)
        returning encode(uuid_send(call_id), 'hex'), body""",
    "entries": """insert into ledger_entries (org_id, seq, call_id, event, at, body, previous, digest)
        select %(org)s, (value->>0)::int, (value->>1)::uuid, value->>2, %(at)s, value->>3, value->>4, value->>5
        from json_array_elements(%(rows)s::json)""",
    "holds": """insert into ledger_holds (org_id, call_id, holder, body)
        select %(org)s, (value->>0)::uuid, %(holder)s, value->>1 from json_array_elements(%(rows)s::json)""",
    "settled": """insert into ledger_accounts (org_id, account, used, held)
        select %(org)s, value->>0, (value->>1)::bigint, (value->>2)::bigint from json_array_elements(%(rows)s::json)
        on conflict (org_id, account) do update set used = excluded.used, held = excluded.held""",
    "usage": """insert into ledger_usage
        (org_id, day, kind, name, currency, calls, denied, failed, tokens_in, tokens_out, cost, ms)
        select %(org)s, value->>0, value->>1, value->>2, value->>3, (value->>4)::bigint, (value->>5)::bigint,
        (value->>6)::bigint, (value->>7)::bigint, (value->>8)::bigint, (value->>9)::bigint, (value->>10)::bigint
        from json_array_elements(%(rows)s::json)
        on conflict (org_id, kind, day, name, currency) do update set calls = ledger_usage.calls + excluded.calls,
        denied = ledger_usage.denied + excluded.denied, failed = ledger_usage.failed + excluded.failed,
        tokens_in = ledger_usage.tokens_in + excluded.tokens_in, tokens_out = ledger_usage.tokens_out + excluded.tokens_out,
        cost = ledger_usage.cost + excluded.cost, ms = ledger_usage.ms + excluded.ms""",
    "process": "insert into ledger_processes (id, started_at) values (%(holder)s, %(at)s) on conflict do nothing",
    "process gone": "delete from ledger_processes where id = %(holder)s",
    "keep": """insert into ledger_contents (org_id, call_id, at, sealed, run_id)
        values (%(org)s, %(call)s, %(at)s, %(sealed)s, %(run)s) on conflict do nothing""",
    "erase": """delete from ledger_contents
        where org_id = %(org)s and run_id in (select json_array_elements_text(%(rows)s::json)::uuid)""",
    "sweep": "delete from ledger_contents where org_id = %(org)s and at < %(at)s",
    "forget accounts": """delete from ledger_accounts where org_id = %(org)s
        and account collate "C" >= %(first)s and account collate "C" < %(until)s and held = 0""",
    "choose": """insert into ledger_choices (org_id, content_days) values (%(org)s, %(days)s)
        on conflict (org_id) do update set content_days = excluded.content_days""",
    "come to": """insert into ledger_cursors (org_id, exporter, seq) values (%(org)s, %(exporter)s, %(seq)s)
        on conflict (org_id, exporter) do update set seq = excluded.seq""",
}

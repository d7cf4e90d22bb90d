"""The catalogue of faults that trials try, and the few of them that a quick run does."""

from dataclasses import dataclass

from tests.faults.injections import (
    SHORT_S,
    Inject,
    all_together,
    freeze_node,
    kill_node,
    kill_worker,
    one_of,
    roll_nodes,
    wait,
)
from tests.faults.postgres_injections import (
    crash_appends,
    exhaust_connections,
    fail_inserts,
    forbid_writing,
    freeze_postgres,
    hinder_postgres,
    kill_postgres,
    lock_chat,
    restart_postgres,
    swallow_commits,
    terminate_backends,
)
from tests.faults.redis_injections import (
    cut_subscribers,
    fill_redis,
    flush_redis,
    freeze_redis,
    hinder_redis,
    kill_redis,
    lock_redis,
    overflow_subscribers,
    slow_redis,
    swallow_rings,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its number in the catalogue, what it is, what is aimed at, and how few reconnects would prove nothing."""

    id: str
    name: str
    inject: Inject
    aim: str = ""
    least_reconnects: int = 0


REDIS_AIM = "delivery p99 ≤ 1.5 s, ack p99 ≤ +0.1 s, no reconnects"
POSTGRES_AIM = "first ack ≤ 3 s after return, sockets stay open"

FAULTS = [
    Fault("F00", "nothing at all", lambda rig, random: wait(random, SHORT_S), "ack p99 ≤ 0.05 s, delivery p99 ≤ 0.1 s"),
    Fault("F01", "kill -9 of a worker", kill_worker, "return p99 ≤ 5 s", 3),
    Fault("F01n", "kill -9 of a whole node", kill_node, "return p99 ≤ 5 s", 3),
    Fault("F03", "rolling restart", roll_nodes, "delivery p99 ≤ 3 s", 6),
    Fault("F04", "a frozen node", freeze_node((7.0, 12.0)), "nothing stale on waking", 3),
    Fault("F08", "a loop that stands still for 2-3 s", freeze_node((2.0, 3.0)), "no mass disconnect"),
    Fault("F09", "Redis killed and back", kill_redis, REDIS_AIM),
    Fault("F10", "Redis frozen", freeze_redis, REDIS_AIM),
    Fault("F11", "Redis flushed", flush_redis, "nothing noticed"),
    Fault("F12", "subscribers cut", cut_subscribers, "holes filled ≤ 1 s"),
    Fault("F12b", "subscribers over their buffer", overflow_subscribers, "holes filled ≤ 1 s"),
    Fault("F13", "Redis full", fill_redis, REDIS_AIM),
    Fault("F13p", "Redis with another password", lock_redis, REDIS_AIM),
    Fault("F14", "Redis half open", hinder_redis(swallow_rings), REDIS_AIM),
    Fault("F16", "Redis slow", hinder_redis(slow_redis), REDIS_AIM),
    Fault("F17", "Postgres killed and back", kill_postgres, POSTGRES_AIM),
    Fault("F17r", "Postgres restarted in order", restart_postgres, POSTGRES_AIM),
    Fault("F18", "Postgres frozen", freeze_postgres, POSTGRES_AIM),
    Fault("F19", "answers of Postgres lost", swallow_commits, "one row after the retry"),
    Fault("F19t", "backends terminated", terminate_backends, "one row after the retry"),
    Fault("F22", "Postgres read-only", forbid_writing, "recovers without a restart"),
    Fault("F24", "connections exhausted", exhaust_connections, "recovers without a restart"),
    Fault("F25", "deadlocks", fail_inserts("40P01", 0.1), "one ack"),
    Fault("F25s", "serialization failures", fail_inserts("40001", 0.1), "one ack"),
    Fault("F22f", "disk full now and then", fail_inserts("53100", 0.1), "one ack"),
    Fault("F26", "a locked chat", lock_chat, "only that chat is slow"),
    Fault("F28", "backends that die in an append", crash_appends, "no hole"),
    Fault("F31", "a node without Redis", hinder_redis(lambda node: node.redis.refuse()), REDIS_AIM),
    Fault("F31p", "a node that loses Redis silently", hinder_redis(lambda node: node.redis.partition()), REDIS_AIM),
    Fault("F32", "a node without Postgres", hinder_postgres(lambda node: node.postgres.refuse()), POSTGRES_AIM),
    Fault("F32p", "a node that loses Postgres silently", hinder_postgres(lambda node: node.postgres.partition()), POSTGRES_AIM),
    Fault("pairs", "two faults at once", all_together(kill_worker, freeze_redis, kill_redis, terminate_backends, swallow_commits, hinder_postgres(lambda node: node.postgres.partition()), hinder_redis(swallow_rings)), "recovery works in company"),
]  # fmt: skip

BY_ID = {fault.id: fault for fault in FAULTS}


def family(id: str, name: str, *ids: str, aim: str = "", least_reconnects: int = 0) -> Fault:
    """Another fault of these each time."""
    return Fault(id, name, one_of(*(BY_ID[each].inject for each in ids)), aim, least_reconnects)


# What a quick run tries: every family for a few seconds.
QUICK = [
    family(
        "nodes", "nodes killed and rolled", "F01", "F01n", "F03", least_reconnects=3, aim="return p99 ≤ 5 s"
    ),
    family("redis", "Redis away, frozen, cut, slow", "F09", "F10", "F11", "F12", "F14", "F16", aim=REDIS_AIM),
    family("postgres", "Postgres away, frozen, cut", "F17", "F18", "F19", "F19t", "F25", aim=POSTGRES_AIM),
    family("lines", "partitions of one node", "F31", "F31p", "F32", "F32p"),
]

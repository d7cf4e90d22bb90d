"""Two workers that measure, one of which dies; prints what a third process renders of both."""

import os
import sys

from hub.operate.metrics_directory import forget_worker, shared_metrics


def main() -> None:
    """Forks the workers one after the other, then renders."""
    with shared_metrics(workers=2):
        from hub.operate.metrics import Metrics

        def work(events: int) -> int:
            """A worker with as many open lines as it committed events; returns its process id."""
            process_id = os.fork()
            if process_id == 0:
                metrics = Metrics()
                metrics.note_commit(events, 0.001)
                for _ in range(events):
                    metrics.note_opened("websocket")
                metrics.note_refusal("too_many")
                metrics.set_redis_healthy(events == 3)  # The dead one had the trouble.
                os._exit(0)
            os.waitpid(process_id, 0)
            return process_id

        dead = work(2)
        work(3)
        forget_worker(dead)
        metrics = Metrics()
        metrics.set_redis_healthy(True)
        sys.stdout.write(metrics.render().decode())


if __name__ == "__main__":
    main()

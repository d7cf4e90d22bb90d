/** A world for a line: a clock that moves when told, and a hub that says what the test says. */
import type { Command, ToHub } from "../../src/shared/commands";
import type { FromHub } from "../../src/shared/frames";
import type { Answer, Socket, World } from "../../src/shared/world";
import { NOW } from "./samples";

interface Timer {
  due: number;
  call(): void;
}

export class FakeWorld implements World {
  /** Everything that was sent on any line, in order. */
  readonly sent: ToHub[] = [];
  private nowMs = NOW;
  private timers: Timer[] = [];
  private socket: Socket | null = null;

  readonly now = () => this.nowMs;
  readonly random = () => 0.5;
  readonly onWake = () => () => {};
  /** Nobody answers over HTTP. */
  readonly post = () => new Promise<Answer>(() => {});

  readonly after = (waitMs: number, call: () => void) => {
    const timer = { due: this.nowMs + waitMs, call };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((one) => one !== timer));
  };

  readonly connect = (): Socket => {
    const socket: Socket = {
      onopen: () => {},
      onframe: () => {},
      onclose: () => {},
      send: (frame) => void this.sent.push(frame),
      close: () => {},
    };
    this.socket = socket;
    return socket;
  };

  /** The connection stands, and the hub answers the hello with these frames. */
  open(...frames: FromHub[]): void {
    this.socket?.onopen();
    this.say(...frames);
  }

  say(...frames: FromHub[]): void {
    for (const frame of frames) this.socket?.onframe(frame);
  }

  close(code: number): void {
    this.socket?.onclose(code);
  }

  /** Moves the clock, running what falls due on the way. */
  pass(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const next = this.timers.filter((timer) => timer.due <= end).sort((one, other) => one.due - other.due)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nowMs = Math.max(this.nowMs, next.due);
      next.call();
    }
    this.nowMs = end;
  }

  commands<Op extends Command["op"]>(op: Op): Extract<Command, { op: Op }>[] {
    return this.sent.filter(
      (frame): frame is Extract<Command, { op: Op }> => frame.t === "cmd" && frame.op === op,
    );
  }
}

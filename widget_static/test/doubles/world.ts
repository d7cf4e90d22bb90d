/** A world whose clock moves by hand and whose sockets are ends held by the test. */
import type { Socket, World } from "../../src/shared/world";
import type { FromHub, ToHub } from "../../src/shared/frames";

interface Timer {
  due: number;
  call: () => void;
}

export class FakeSocket implements Socket {
  onopen = () => {};
  onmessage: (data: unknown) => void = () => {};
  onclose: (code: number) => void = () => {};
  readonly sent: ToHub[] = [];
  closedWith: number | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ToHub);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  /** The hub says something. */
  hear(frame: FromHub): void {
    this.onmessage(JSON.stringify(frame));
  }

  /** Opens and is welcomed. */
  welcome(): void {
    this.onopen();
    this.hear({
      t: "welcome",
      v: 1,
      connection: "c-1",
      you: { id: 41, side: "visitor", name: "Visitor" },
      epoch: "k3x9",
      chats: [],
      ping_every_s: 20,
      dead_after_s: 45,
      max_text_chars: 4000,
      now: 0,
    });
  }
}

export class FakeWorld implements World {
  readonly sockets: FakeSocket[] = [];
  chance = 0.5;
  private clock = 1_000_000;
  private timers: Timer[] = [];
  private wakers: (() => void)[] = [];

  connect(): FakeSocket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.clock;
  }

  after(waitMs: number, call: () => void): () => void {
    const timer = { due: this.clock + waitMs, call };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  random(): number {
    return this.chance;
  }

  onWake(call: () => void): () => void {
    this.wakers.push(call);
    return () => {
      this.wakers = this.wakers.filter((other) => other !== call);
    };
  }

  /** The connection of the moment. */
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** Lets time pass, with every timer at its hour. */
  pass(ms: number): void {
    const end = this.clock + ms;
    for (let next = this.nextBefore(end); next; next = this.nextBefore(end)) {
      this.clock = next.due;
      this.fire(next);
    }
    this.clock = end;
  }

  /** Lets time pass without timers, as in a machine asleep; those that are due come late, after it. */
  sleep(ms: number): void {
    this.clock += ms;
    for (const late of this.timers.filter(({ due }) => due <= this.clock)) this.fire(late);
  }

  wake(): void {
    for (const call of this.wakers) call();
  }

  private nextBefore(end: number): Timer | undefined {
    return this.timers.filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)[0];
  }

  private fire(timer: Timer): void {
    this.timers = this.timers.filter((other) => other !== timer);
    timer.call();
  }
}

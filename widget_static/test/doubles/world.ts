/** A world whose clock moves by hand, and whose sockets and requests are ends held by the test. */
import type { Command, EphToHub, Hello, ToHub } from "../../src/shared/commands";
import type { FromHub, Welcome } from "../../src/shared/frames";
import type { Answer, Socket, World } from "../../src/shared/world";

interface Timer {
  due: number;
  call: () => void;
}

export class FakeSocket implements Socket {
  onopen = () => {};
  onframe: (frame: FromHub | null) => void = () => {};
  onclose: (code: number) => void = () => {};
  readonly sent: ToHub[] = [];
  isClosed = false;

  send(frame: ToHub): void {
    this.sent.push(frame);
  }

  close(): void {
    this.isClosed = true;
  }

  /** The network or the hub ends it. */
  lose(code = 1006): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onclose(code);
  }

  /** The hub says something. */
  hear(frame: FromHub): void {
    this.onframe(frame);
  }

  /** Opens and is welcomed. */
  welcome(): void {
    this.onopen();
    this.hear(WELCOME);
  }
}

export const WELCOME: Welcome = {
  t: "welcome",
  v: 1,
  connection: "c-1",
  you: { id: 41, side: "visitor", name: "Visitor" },
  epoch: "k3x9",
  chats: [],
  ping_every_s: 20,
  dead_after_s: 45,
  max_text_chars: 4000,
  max_file_bytes: 26_214_400,
  now: 0,
};

/** What a beat asks. */
export type BeatBody = Omit<Hello, "t" | "token"> & { cmds?: Command[]; eph?: EphToHub[]; wait_ms: number };

/** A request that waits for the test to answer it. */
export class FakeRequest {
  readonly body: BeatBody;
  readonly answered: Promise<Answer>;
  isOpen = true;
  #answer: (answer: Answer) => void = () => {};
  #fail: (fault: Error) => void = () => {};

  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>>,
    body: string,
    readonly signal: AbortSignal,
  ) {
    this.body = JSON.parse(body) as BeatBody;
    this.answered = new Promise<Answer>((answer, fail) => {
      this.#answer = answer;
      this.#fail = fail;
    });
    signal.addEventListener("abort", () => this.fail());
  }

  /** The hub's answer, or a proxy's: `text` as it is. Returns when the line has taken it. */
  async reply(text: string, status = 200, retryAfterS = 0): Promise<void> {
    this.isOpen = false;
    this.#answer({ status, retryAfterS, text });
    await settled();
  }

  /** The hub tells `frames` behind a welcome. */
  async tell(...frames: FromHub[]): Promise<void> {
    await this.reply(JSON.stringify({ frames: [WELCOME, ...frames], next_ms: this.body.wait_ms ? 0 : 1_500 }));
  }

  /** No answer came. */
  fail(): Promise<void> {
    this.isOpen = false;
    this.#fail(new TypeError("Failed to fetch"));
    return settled();
  }
}

/** Returns when everything that was only waiting for its turn has had it. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class FakeWorld implements World {
  readonly sockets: FakeSocket[] = [];
  readonly requests: FakeRequest[] = [];
  chance = 0.5;
  private clock = 1_000_000;
  private timers: Timer[] = [];
  private wakers: ((isNetworkBack: boolean) => void)[] = [];

  connect(): FakeSocket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }

  post(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<Answer> {
    const request = new FakeRequest(url, headers, body, signal);
    this.requests.push(request);
    return request.answered;
  }

  readonly now = (): number => this.clock;

  readonly after = (waitMs: number, call: () => void): (() => void) => {
    const timer = { due: this.clock + waitMs, call };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  random(): number {
    return this.chance;
  }

  onWake(call: (isNetworkBack: boolean) => void): () => void {
    this.wakers.push(call);
    return () => {
      this.wakers = this.wakers.filter((other) => other !== call);
    };
  }

  /** The connection of the moment. */
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** The newest request. */
  get request(): FakeRequest {
    return this.requests.at(-1)!;
  }

  /** Requests without an answer yet, the oldest first. */
  get openRequests(): FakeRequest[] {
    return this.requests.filter(({ isOpen }) => isOpen);
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

  /** The clock is set; timers run by a clock of their own. */
  set(byMs: number): void {
    this.clock += byMs;
    for (const timer of this.timers) timer.due += byMs;
  }

  wake(isNetworkBack = false): void {
    for (const call of this.wakers) call(isNetworkBack);
  }

  private nextBefore(end: number): Timer | undefined {
    return this.timers.filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)[0];
  }

  private fire(timer: Timer): void {
    this.timers = this.timers.filter((other) => other !== timer);
    timer.call();
  }
}

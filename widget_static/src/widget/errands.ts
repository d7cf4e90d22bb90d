/**
 * What the visitor has asked of the hub and has no answer to yet; kept across reloads under the cid it was
 * made with.
 */
import type { Command, StartArgs } from "../shared/frames";

export interface StartErrand {
  cid: string;
  op: "start";
  args: StartArgs;
}

export interface PostErrand {
  cid: string;
  op: "post";
  /** Null until the chat that this message opens has begun. */
  chat: number | null;
  text: string;
  /** By the hub's clock, as well as it was known. */
  at: number;
}

export interface EndErrand {
  cid: string;
  op: "end";
  chat: number;
}

export type Errand = StartErrand | PostErrand | EndErrand;

/**
 * The command for the wire, or null while its chat has not begun. It is the same on every call: that is what
 * a cid means.
 */
export function commandFrom(errand: Errand): Command | null {
  const { cid } = errand;
  switch (errand.op) {
    case "start":
      return { t: "cmd", cid, op: "start", args: errand.args };
    case "end":
      return { t: "cmd", cid, op: "end", args: { chat: errand.chat } };
    case "post":
      return errand.chat === null
        ? null
        : { t: "cmd", cid, op: "post", args: { chat: errand.chat, text: errand.text } };
  }
}

/**
 * What the visitor has asked of the hub and has no answer to yet; kept across reloads under the cid it was
 * made with.
 */
import type { Command, CommandArgs, StartArgs } from "../shared/commands";
import type { MessageData } from "../shared/frames";

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
  /** Files and answers it carries. */
  data?: MessageData;
  /** By the hub's clock, as well as it was known. */
  at: number;
}

/** What needs no more than its arguments. */
export type PlainOp = "end" | "here" | "rate" | "rename";

export interface PlainErrand {
  cid: string;
  op: PlainOp;
  args: CommandArgs[PlainOp];
}

export type Errand = StartErrand | PostErrand | PlainErrand;

/**
 * The command for the wire, or null while its chat has not begun. It is the same on every call: that is what
 * a cid means.
 */
export function commandFrom(errand: Errand): Command | null {
  const { cid, op } = errand;
  if (op !== "post") return { t: "cmd", cid, op, args: errand.args } as Command;
  const { chat, text, data } = errand;
  if (chat === null) return null;
  const { attachments, input_id, value } = data ?? {};
  return {
    t: "cmd",
    cid,
    op,
    args: {
      chat,
      text,
      ...(attachments ? { attachments: attachments.map(({ id }) => id) } : {}),
      ...(value ? { value, ...(input_id ? { input_id } : {}) } : {}),
    },
  };
}

/** What a page can ask for by events, by their names. What it says is read here; wrong details are left alone. */
import type { App } from "./handover";
import { readBoolean, readPixels, readPosition } from "./readers";
import type { Stage } from "./stage";

type Act = (app: App, detail: unknown, stage: Stage) => void;

/** The members of what a page says, if it has any. */
const membersOf = (detail: unknown) => Object(detail) as Readonly<Record<string, unknown>>;

export const INBOUND: Readonly<Record<string, Act>> = {
  ["openChatWindow"](app, detail) {
    const { id_token, retainPreviousChat } = membersOf(detail);
    app.openAs(String(id_token || ""), readBoolean(retainPreviousChat));
  },
  ["closeChatWindow"]: (app) => app.close(),
  ["loginStateChanged"]: (app) => app.forget(),
  ["toggleFullScreen"]: (app, detail) => app.toggleFullScreen(readBoolean(detail)),
  ["resize"](app, detail) {
    const { width, height } = membersOf(detail);
    app.resize(readPixels(width), readPixels(height));
  },
  ["reposition"](_, detail, stage) {
    const position = readPosition(detail);
    if (position) stage.moveTo(position);
  },
  ["repositionBubble"](_, detail, stage) {
    const { x, y } = membersOf(detail);
    moveBubble(stage.spot, Number(x), Number(y));
  },
  ["upgradeAnonChat"]: (app, detail) => app.upgrade(String(membersOf(detail)["id_token"] ?? "")),
  ["toggleMenu"]: (app) => app.toggleMenu(),
  ["endChat"]: (app) => app.askToEnd(),
};

/** Its middle goes to this point of the screen, as far as it stays on the screen. */
function moveBubble({ style, offsetWidth, offsetHeight }: HTMLElement, x: number, y: number): void {
  if (!Number.isFinite(x + y)) return;
  const within = (at: number, size: number, all: number) => Math.max(0, Math.min(at - size / 2, all - size));
  style.inset = `${within(y, offsetHeight, innerHeight)}px auto auto ${within(x, offsetWidth, innerWidth)}px`;
}

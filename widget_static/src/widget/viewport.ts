/** Keeps a full-screen window inside what a soft keyboard leaves of the screen. */

import type { Config } from "../loader/config";
import { fontsFrom } from "./fonts";

// Less than a keyboard: bars that come and go while scrolling.
const KEYBOARD_PX = 80;

/** Writes height and offset of the visible part into `sheet` while a keyboard is up, and nothing else. */
export function followKeyboard(sheet: CSSStyleSheet): void {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const follow = () => {
    const { height, offsetTop, scale } = visualViewport;
    const isKeyboardUp = scale === 1 && window.innerHeight - height > KEYBOARD_PX;
    sheet.replaceSync(
      isKeyboardUp ? `.stage{--seen-height:${height}px;--seen-top:${offsetTop}px;--safe-bottom:0px}` : "",
    );
  };
  visualViewport.addEventListener("resize", follow);
  visualViewport.addEventListener("scroll", follow);
  follow();
}

/** What of the window the page decides: its size and its face. */
export function measuresFrom(config: Config): string {
  return `.stage{--width:${config.width}px;--height:${config.height}px;--font:${fontsFrom(config)}}`;
}

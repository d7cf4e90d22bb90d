/**
 * The tokens that depend on the profile's colour, the theme and the configured size; the fixed ones are in
 * tokens.css.
 */
import type { Config, Theme } from "../loader/config";
import type { Rgb } from "../shared/colour";
import { cssFromOklch, oklchFromRgb, textFrom } from "../shared/oklch";
import { FONT_STACK } from "./fonts";

// The chroma the tints of tokens.css are drawn for; a greyer colour tints less, a louder one no more.
const FULL_CHROMA = 0.085;
// A ring needs 3:1, not the 4.5 of text: darker than text in the dark, it stays closer to the colour.
const DARK_FOCUS_LIGHTNESS = 0.62;

/** `accent` as it stands under text: white or black reads on it. */
export function tokensFrom(accent: Rgb, theme: Theme, { width, height, includeFont }: Config): string {
  const colour = oklchFromRgb(accent);
  const text = textFrom(colour, theme === "dark");
  const focus = theme === "dark" ? { ...text, l: DARK_FOCUS_LIGHTNESS } : text;
  const tint = Math.min(1, colour.c / FULL_CHROMA);
  return (
    `.stage{--hue:${colour.h.toFixed(1)};--tint:${tint.toFixed(2)};--accent-text:${cssFromOklch(text)};` +
    `--focus:${cssFromOklch(focus)};--font:${includeFont ? `${FONT_STACK},` : ""}system-ui,sans-serif}${sizeFrom(width, height)}`
  );
}

/** The size of the window in CSS pixels. */
export function sizeFrom(width: number, height: number): string {
  return `.stage{--width:${width}px;--height:${height}px}`;
}

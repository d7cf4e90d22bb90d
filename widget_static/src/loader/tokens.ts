/** The colours of bubble and window that depend on the profile's colour and the theme; the fixed ones are in tokens.css. */
import { accentFrom, cssFrom, type Rgb } from "../shared/colour";
import { cssFromOklch, oklchFromRgb, textFrom } from "../shared/oklch";
import type { Theme } from "./config";

// The chroma the tints of tokens.css are drawn for; a greyer colour tints less, a louder one no more.
const FULL_CHROMA = 0.085;
// A ring needs 3:1, not the 4.5 of text: darker than text in the dark, it stays closer to the colour.
const DARK_FOCUS_LIGHTNESS = 0.62;

/** Custom properties as CSS. */
export function tokensFrom(given: Rgb, theme: Theme): string {
  const { accent, onAccent } = accentFrom(given);
  const colour = oklchFromRgb(accent);
  const text = textFrom(colour, theme === "dark");
  const focus = theme === "dark" ? { ...text, l: DARK_FOCUS_LIGHTNESS } : text;
  const tint = Math.min(1, colour.c / FULL_CHROMA);
  return (
    `--accent:${cssFrom(accent)};--on-accent:${cssFrom(onAccent)};--accent-text:${cssFromOklch(text)};` +
    `--focus:${cssFromOklch(focus)};--hue:${colour.h.toFixed(1)};--tint:${tint.toFixed(2)}`
  );
}

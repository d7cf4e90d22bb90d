/**
 * Colours as linear light, their contrast (WCAG 2.2, relative luminance), and a profile's colour made fit for
 * text on it.
 */

/** Red, green and blue in linear light, 0–1 each. */
export type Rgb = readonly [number, number, number];

export const READABLE = 4.5;
// Below this, white needs a change that would cost the colour its character, and black is used.
const NEARLY_READABLE = 3;
const WHITE: Rgb = [1, 1, 1];
const BLACK: Rgb = [0, 0, 0];

/** The colour of `#rgb` or `#rrggbb`, or null when the text is none. */
export function parseHex(text: string): Rgb | null {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim())?.[1];
  if (!digits) return null;
  const width = digits.length / 3;
  const read = (index: number) => {
    const part = digits.slice(index * width, (index + 1) * width);
    return linearFromGamma(parseInt(width === 1 ? part + part : part, 16) / 255);
  };
  return [read(0), read(1), read(2)];
}

/** `rgb(9 108 92)` */
export function cssFrom(colour: Rgb): string {
  return `rgb(${colour.map((value) => Math.round(gammaFromLinear(value) * 255)).join(" ")})`;
}

/** Contrast as WCAG counts it, from 1 to 21. */
export function contrastBetween(one: Rgb, other: Rgb): number {
  const [first, second] = [luminance(one) + 0.05, luminance(other) + 0.05];
  return Math.max(first, second) / Math.min(first, second);
}

/**
 * The colour as a surface and the text that reads on it. Black where the colour is light; else white, on the
 * colour
 * darkened as far as white needs: less light of the same mixture, so the hue stays.
 */
export function accentFrom(colour: Rgb): { accent: Rgb; onAccent: Rgb } {
  if (contrastBetween(colour, WHITE) < NEARLY_READABLE) return { accent: colour, onAccent: BLACK };
  // A hair below the limit, because a screen rounds each part to one of 256 steps.
  const factor = Math.min(1, (1.05 / (READABLE + 0.05) - 0.05) / luminance(colour));
  return { accent: [colour[0] * factor, colour[1] * factor, colour[2] * factor], onAccent: WHITE };
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linearFromGamma(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function gammaFromLinear(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

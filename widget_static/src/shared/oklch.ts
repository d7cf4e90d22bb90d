/** Lightness, chroma and hue of a colour (OKLCH, CSS Color 4 section 9): what tokens are written in. */
import type { Rgb } from "./colour";

/** Lightness 0–1, chroma, hue in degrees. */
export interface Oklch {
  l: number;
  c: number;
  h: number;
}

/** `oklch(0.475 0.085 178)` */
export function cssFromOklch({ l, c, h }: Oklch): string {
  return `oklch(${l.toFixed(3)} ${c.toFixed(3)} ${h.toFixed(1)})`;
}

export function oklchFromRgb([red, green, blue]: Rgb): Oklch {
  const long = Math.cbrt(0.412221 * red + 0.536332 * green + 0.051445 * blue);
  const medium = Math.cbrt(0.211903 * red + 0.680699 * green + 0.107396 * blue);
  const short = Math.cbrt(0.088302 * red + 0.281718 * green + 0.629978 * blue);
  const l = 0.210454 * long + 0.793617 * medium - 0.004072 * short;
  const a = 1.977998 * long - 2.428592 * medium + 0.450593 * short;
  const b = 0.025904 * long + 0.782771 * medium - 0.808675 * short;
  return { l, c: Math.hypot(a, b), h: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360 };
}

/**
 * An accent as text, links and focus on surfaces of the theme. At these lightnesses every hue keeps 4.5:1 on
 * light
 * surfaces of 0.955 and up and on dark ones of 0.285 and below, so nothing has to be tried.
 */
export function textFrom({ l, c, h }: Oklch, isDark: boolean): Oklch {
  return isDark ? { l: Math.max(l, 0.8), c: Math.min(c * 1.1, 0.13), h } : { l: Math.min(l, 0.455), c, h };
}

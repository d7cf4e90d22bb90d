/**
 * Poppins from the hub, and a fallback of the same measure.
 *
 * Fonts are a document's, never a shadow root's, so both have names no page uses. Through the FontFace API
 * they need
 * no style sheet of the page.
 */
import type { Config } from "../loader/config";

const FAMILY = "Halo Chat Poppins";
const FALLBACK = "Halo Chat Fallback";

const SYSTEM = "system-ui,sans-serif";

/** The value of `font-family`. */
export const fontsFrom = ({ includeFont }: Config): string => (includeFont ? `"${FAMILY}","${FALLBACK}",${SYSTEM}` : SYSTEM);

// What the font files were cut to, in broad strokes: a file is loaded only when the page shows a character of
// its range.
const SUBSETS = {
  ["latin"]: "U+0-FF,U+131,U+152-153,U+2BB-2DC,U+2000-2215,U+FFFD",
  "latin-ext": "U+100-2BA,U+300-329,U+1D00-1EFF,U+20A0-20C0,U+2C60-A7FF",
};

// Arial stretched to the average width of Poppins, with its line: text does not move when Poppins arrives.
const FALLBACK_MEASURE = {
  ["sizeAdjust"]: "112.16%",
  ascentOverride: "93.62%",
  descentOverride: "31.21%",
  lineGapOverride: "8.92%",
} as FontFaceDescriptors;

/** Makes the fonts known; the browser loads a file when a character first needs it. */
export function addFonts(assets: string): void {
  for (const [subset, unicodeRange] of Object.entries(SUBSETS)) {
    for (const weight of ["400", "500", "600"]) {
      const source = `url("${assets}fonts/poppins-${subset}-${weight}-normal.woff2")`;
      document.fonts.add(new FontFace(FAMILY, source, { weight, unicodeRange, display: "swap" }));
    }
  }
  const unicodeRange = SUBSETS["latin"];
  const source = 'local("Arial"),local("Liberation Sans")';
  document.fonts.add(new FontFace(FALLBACK, source, { ...FALLBACK_MEASURE, unicodeRange }));
}

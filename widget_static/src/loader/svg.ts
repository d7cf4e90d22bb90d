/**
 * Icons built as nodes, because a page with Trusted Types takes no markup. One stroke family on a 24 grid.
 */

const SVG = "http://www.w3.org/2000/svg";

/** A message in a speech bubble, filled, with its two lines cut out. */
export const CHAT_ICON = [
  "M12 2.5c5.5 0 9.8 3.7 9.8 8.6s-4.3 8.6-9.8 8.6q-1.6 0-3-.4-1.8 1.5-4.6 1.9-.9 0-.5-.9 1-1.4 1.3-3Q2.2 14.7 2.2 11.1c0-4.9 4.3-8.6 9.8-8.6Z",
  "M8.2 9.5h7.6M8.2 13h4.8",
];
export const CHEVRON_DOWN = "m6 9.5 6 6 6-6";

/** An svg element with one path per entry, decoration only. */
export function makeIcon(className: string, paths: readonly string[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

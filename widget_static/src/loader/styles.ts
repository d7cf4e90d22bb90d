/** The page's style objects, property by property: a style sheet or attribute would need the page's policy. */
import type { Styles } from "./readers";

/** Bare numbers are pixels where the property takes no bare numbers, as in React. */
export function applyStyles({ style }: HTMLElement, styles: Styles): void {
  for (const [name, value] of Object.entries(styles)) {
    const property = name.startsWith("--") ? name : name.replace(/[A-Z]/g, "-$&").toLowerCase();
    style.setProperty(property, String(value));
    if (typeof value === "number" && !style.getPropertyValue(property)) style.setProperty(property, `${value}px`);
  }
}

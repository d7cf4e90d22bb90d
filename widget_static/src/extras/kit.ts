/** What these parts share with the window, as it is handed over before any of them is drawn. */
import type { Kit } from "../widget/kit";

export let kit: Kit;

export function takeKit(given: Kit): void {
  kit = given;
}

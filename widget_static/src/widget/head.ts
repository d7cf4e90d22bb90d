/** The page's style sheets for the window, for `frameInheritHead`. */

/** Copies them in front of the window's own; one of another origin is loaded once more. */
export function inheritHead(root: ShadowRoot): void {
  const copies: CSSStyleSheet[] = [];
  for (const sheet of document.styleSheets) {
    const copy = new CSSStyleSheet({ baseURL: sheet.href ?? document.baseURI });
    try {
      copy.replaceSync(Array.from(sheet.cssRules, ({ cssText }) => cssText).join(""));
      copies.push(copy);
    } catch {
      // What the page may not read.
      root.prepend(sheet.ownerNode!.cloneNode());
    }
  }
  root.adoptedStyleSheets.unshift(...copies);
}

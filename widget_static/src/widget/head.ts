/** The page's style sheets for the window, for `frameInheritHead`. */

/** Copies them in front of the window's own; one of another origin is loaded once more. */
export function inheritHead(root: ShadowRoot): void {
  const copies: CSSStyleSheet[] = [];
  for (const { ownerNode, cssRules, href } of [...document.styleSheets].map(readable)) {
    if (cssRules) {
      const copy = new CSSStyleSheet(href ? { baseURL: href } : {});
      copy.replaceSync(Array.from(cssRules, ({ cssText }) => cssText).join(""));
      copies.push(copy);
    } else if (ownerNode) {
      root.prepend(ownerNode.cloneNode());
    }
  }
  root.adoptedStyleSheets.unshift(...copies);
}

/** What the page may not read has no rules. */
function readable(sheet: CSSStyleSheet): Pick<CSSStyleSheet, "ownerNode" | "href"> & { cssRules: CSSRuleList | null } {
  const { ownerNode, href } = sheet;
  try {
    return { ownerNode, href, cssRules: sheet.cssRules };
  } catch {
    return { ownerNode, href, cssRules: null };
  }
}

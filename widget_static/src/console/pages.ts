/** The address of the page a visitor is on, fit to be shown and followed. */

export interface PageAddress {
  href: string;
  /** Without the scheme, as people read addresses. */
  short: string;
}

/** The address in `url`, or null unless it is http or https: what visitors send is not trusted to be a link. */
export function findPageAddress(url: string | null | undefined): PageAddress | null {
  try {
    const parsed = new URL(url ?? "");
    if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return null;
    const path = parsed.pathname === "/" ? "" : parsed.pathname;
    return { href: parsed.href, short: parsed.host + path + parsed.search };
  } catch {
    return null;
  }
}

/**
 * The part of Preact's interface that the chat draws with, in a quarter of its bytes.
 *
 * The parts of the window are written against Preact's types; the build of the chat puts this module in Preact's
 * place. It knows elements, functions, keys, refs and fragments. It does not know state, hydration, portals, contexts,
 * error boundaries and hooks; refs are functions, and listeners those an element has a property for. As with Preact, a
 * ref that is a new function is called after every drawing.
 */
type Key = string | number | null | undefined;
type Props = Record<string, unknown> & { children?: unknown; key?: Key; ref?: Ref };
type Ref = ((value: unknown) => void) | null | undefined;
type Draw = (props: Props) => unknown;

/** What one place of a drawing holds. `type` is null for text. */
interface Drawn {
  type: string | Draw | null;
  props: Props;
  dom?: Element | Text;
  inner?: (Drawn | null)[];
}

const SVG = "http://www.w3.org/2000/svg";

const roots = new WeakMap<Element, Drawn>();
/** What is called when the drawing under way is finished. */
let finishers: (() => void)[] = [];

export function jsx(type: Drawn["type"], props: Props | null, ...children: unknown[]): Drawn {
  return { type, props: { ...props, children } };
}

export const Fragment: Draw = ({ children }) => children;

/** Draws into `place`, changing what the last drawing there left. */
export function render(drawn: Drawn, place: Element): void {
  const before = finishers;
  finishers = [];
  const [[root]] = drawAll(place, [drawn], [roots.get(place) ?? null], null);
  roots.set(place, root!);
  const finished = finishers;
  finishers = before;
  for (const finish of finished) finish();
}

/** Draws `parts` in the place of `before`, in front of `next`; answers with them and the first of their nodes. */
function drawAll(
  place: Element,
  parts: readonly unknown[],
  before: readonly (Drawn | null)[],
  next: Node | null,
): [(Drawn | null)[], Node | null] {
  const known = new Map<unknown, Drawn>();
  before.forEach((old, index) => old && known.set(slotOf(old, index), old));
  const drawn = parts.map(drawnFrom);
  const olds = drawn.map((part, index) => {
    const slot = part && slotOf(part, index);
    const old = known.get(slot);
    if (!part || old?.type !== part.type) return null;
    known.delete(slot);
    return old;
  });
  for (const old of known.values()) remove(old, true);
  // From the last to the first, each in front of the one after it: what stays in order is not moved.
  for (let index = drawn.length - 1; index >= 0; index -= 1) {
    const part = drawn[index];
    if (part) next = drawOne(place, (drawn[index] = { ...part }), olds[index] ?? null, next);
  }
  return [drawn, next];
}

/** A key is never taken for a place, though it be a number. */
function slotOf({ props: { key } }: Drawn, index: number): unknown {
  return key == null ? index : `k${key}`;
}

/** A list within a list has its keys for itself. Nothing is drawn of null, undefined, true and false. */
function drawnFrom(part: unknown): Drawn | null {
  if (Array.isArray(part)) return jsx(Fragment, null, ...part);
  if (part == null || typeof part === "boolean") return null;
  return typeof part === "object" ? (part as Drawn) : { type: null, props: { children: String(part) } };
}

function drawOne(place: Element, drawn: Drawn, old: Drawn | null, next: Node | null): Node | null {
  const { type, props } = drawn;
  const { children } = props;
  let dom = old?.dom;
  if (typeof type === "function") {
    const content = type(props);
    [drawn.inner, next] = drawAll(place, Array.isArray(content) ? content : [content], old?.inner ?? [], next);
    return next;
  }
  if (type) {
    dom ??= document.createElementNS(type === "svg" ? SVG : place.namespaceURI, type);
    setAll(dom as Element, props, old?.props ?? {});
    [drawn.inner] = drawAll(dom as Element, children as unknown[], old?.inner ?? [], null);
  } else {
    dom ??= new Text();
    if ((dom as Text).data !== children) (dom as Text).data = children as string;
  }
  drawn.dom = dom;
  if (dom.parentNode !== place || dom.nextSibling !== next) place.insertBefore(dom, next);
  return dom;
}

function setAll(dom: Element, props: Props, old: Props): void {
  for (const name of Object.keys({ ...old, ...props })) {
    const value = props[name];
    if (name === "ref") {
      if (value !== old.ref) finishers.push(() => props.ref?.(dom));
    } else if (name === "value") {
      // The visitor has changed it meanwhile.
      if ((dom as HTMLInputElement).value !== value) (dom as HTMLInputElement).value = value as string;
    } else if (name !== "children" && name !== "key" && value !== old[name]) {
      set(dom, name, value);
    }
  }
}

function set(dom: Element, name: string, value: unknown): void {
  if (name.startsWith("on")) (dom as unknown as Props)[name.toLowerCase()] = value;
  else {
    // Those of ARIA say true and false; the others say so by being there or not.
    if (typeof value === "boolean" && !name.startsWith("aria")) value = value ? "" : null;
    if (value == null) dom.removeAttribute(name);
    else dom.setAttribute(name, String(value));
  }
}

/** `isOutermost`: its nodes go; those within go with them. */
function remove({ dom, inner, props }: Drawn, isOutermost: boolean): void {
  if (dom) props.ref?.(null);
  for (const one of inner ?? []) if (one) remove(one, isOutermost && !dom);
  if (isOutermost) dom?.remove();
}

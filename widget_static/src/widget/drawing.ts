/**
 * The part of Preact's interface that the chat draws with, in a third of its bytes.
 *
 * The parts of the window are written against Preact's types; the build of the chat puts this module in Preact's
 * place. It knows elements, functions, keys, refs, fragments and classes with state. It does not know hydration,
 * portals, contexts, error boundaries and hooks; listeners are those an element has a property for.
 */
type Key = string | number | null | undefined;
type Props = Record<string, unknown> & { children?: unknown; ref?: Ref };
type Ref = { current: unknown } | ((value: unknown) => void) | null | undefined;
type Draw = (props: Props) => unknown;

/** What one place of a drawing holds. `type` is null for text. */
interface Drawn {
  type: string | Draw | typeof Component | null;
  props: Props;
  key: Key;
  dom?: Element | Text;
  part?: Component;
  inner?: (Drawn | null)[];
}

interface Root {
  drawn?: Drawn | undefined;
}

const SVG = "http://www.w3.org/2000/svg";

const roots = new WeakMap<Element, Root>();
/** What is called when the drawing under way is finished. */
let finishers: (() => void)[] = [];
let redrawRoot = () => {};

export abstract class Component {
  state: object = {};
  redraw = redrawRoot;
  constructor(public props: Props) {}
  abstract render(props: Props): unknown;
  componentDidMount?(): void;
  componentDidUpdate?(props: Props, state: object, snapshot: unknown): void;
  componentWillUnmount?(): void;
  getSnapshotBeforeUpdate?(): unknown;

  /** Drawn again when the caller has finished. */
  setState(change: object): void {
    this.state = { ...this.state, ...change };
    queueMicrotask(this.redraw);
  }
}

export function jsx(type: Drawn["type"], props: Props, key?: Key): Drawn {
  return { type, props, key };
}

export { jsx as jsxs };

export const Fragment: Draw = ({ children }) => children;

export function createRef(): { current: unknown } {
  return { current: null };
}

/** Draws into `place`, changing what the last drawing there left. */
export function render(drawn: Drawn, place: Element): void {
  const root = roots.get(place) ?? {};
  roots.set(place, root);
  const draw = (next: Drawn) => {
    const before = finishers;
    finishers = [];
    redrawRoot = () => root.drawn && draw(root.drawn);
    [root.drawn] = drawAll(place, [next], [root.drawn ?? null], null)[0] as [Drawn];
    const finished = finishers;
    finishers = before;
    for (const finish of finished) finish();
  };
  draw(drawn);
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
function slotOf({ key }: Drawn, index: number): unknown {
  return key === undefined || key === null ? index : `k${key}`;
}

/** A list within a list has its keys for itself. Nothing is drawn of null, undefined, true and false. */
function drawnFrom(part: unknown): Drawn | null {
  if (Array.isArray(part)) return jsx(Fragment, { children: part });
  if (part === null || part === undefined || typeof part === "boolean") return null;
  return typeof part === "object" ? (part as Drawn) : jsx(null, { children: String(part) });
}

function drawOne(place: Element, drawn: Drawn, old: Drawn | null, next: Node | null): Node | null {
  const { type, props } = drawn;
  if (typeof type === "function") return drawPart(place, drawn, old, next);
  let dom = old?.dom;
  if (type === null) {
    dom ??= new Text();
    if ((dom as Text).data !== props.children) (dom as Text).data = props.children as string;
  } else {
    dom ??= document.createElementNS(type === "svg" ? SVG : place.namespaceURI, type);
    setAll(dom as Element, props, old?.props ?? {});
    [drawn.inner] = drawAll(dom as Element, [props.children].flat(), old?.inner ?? [], null);
  }
  drawn.dom = dom;
  if (dom.parentNode !== place || dom.nextSibling !== next) place.insertBefore(dom, next);
  return dom;
}

function drawPart(place: Element, drawn: Drawn, old: Drawn | null, next: Node | null): Node | null {
  const { props } = drawn;
  const type = drawn.type as Draw | (new (props: Props) => Component);
  let content: unknown;
  let finish: (() => void) | undefined;
  if (type.prototype instanceof Component) {
    const part = (drawn.part = old?.part ?? new (type as new (props: Props) => Component)(props));
    const oldProps = part.props;
    const { state } = part;
    part.props = props;
    content = part.render(props);
    const snapshot = old && part.getSnapshotBeforeUpdate?.();
    finish = () =>
      old ? part.componentDidUpdate?.(oldProps, state, snapshot) : part.componentDidMount?.();
  } else {
    content = (type as Draw)(props);
  }
  const [inner, first] = drawAll(place, Array.isArray(content) ? content : [content], old?.inner ?? [], next);
  drawn.inner = inner;
  // After the refs of what it drew.
  if (finish) finishers.push(finish);
  return first;
}

function setAll(dom: Element, props: Props, old: Props): void {
  for (const name of Object.keys({ ...old, ...props })) {
    const value = props[name];
    if (name === "ref") {
      if (value !== old.ref) finishers.push(() => setRef(props.ref, dom));
    } else if (name === "value") {
      // The visitor has changed it meanwhile.
      if ((dom as HTMLInputElement).value !== value) (dom as HTMLInputElement).value = value as string;
    } else if (name !== "children" && value !== old[name]) {
      set(dom, name, value);
    }
  }
}

function set(dom: Element, name: string, value: unknown): void {
  if (name.startsWith("on")) (dom as unknown as Props)[name.toLowerCase()] = value;
  else if (value === null || value === undefined || (value === false && !name.startsWith("aria")))
    dom.removeAttribute(name);
  else dom.setAttribute(name, value === true && !name.startsWith("aria") ? "" : String(value));
}

function setRef(ref: Ref, value: Element | null): void {
  if (typeof ref === "function") ref(value);
  else if (ref) ref.current = value;
}

/** `isOutermost`: its nodes go; those within go with them. */
function remove({ dom, part, inner, props }: Drawn, isOutermost: boolean): void {
  part?.componentWillUnmount?.();
  if (dom) setRef(props.ref, null);
  for (const one of inner ?? []) if (one) remove(one, isOutermost && !dom);
  if (isOutermost) dom?.remove();
}

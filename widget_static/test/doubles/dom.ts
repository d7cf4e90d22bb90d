/** As much of a document as drawing needs: a tree of elements and texts. */

class FakeNode {
  parentNode: FakeElement | null = null;
  childNodes: (FakeElement | FakeText)[] = [];
  nodeType = 1;

  get firstChild(): FakeElement | FakeText | null {
    return this.childNodes[0] ?? null;
  }

  get nextSibling(): FakeElement | FakeText | null {
    const all = this.parentNode?.childNodes ?? [];
    return all[all.indexOf(this as never) + 1] ?? null;
  }

  remove() {
    this.parentNode?.removeChild(this as never);
  }

  removeChild(one: FakeElement | FakeText) {
    this.childNodes = this.childNodes.filter((child) => child !== one);
    one.parentNode = null;
  }

  insertBefore(one: FakeElement | FakeText, next: FakeElement | FakeText | null) {
    one.remove();
    const index = next ? this.childNodes.indexOf(next) : this.childNodes.length;
    if (index < 0) throw new Error("the node to insert before is not here");
    this.childNodes.splice(index, 0, one);
    one.parentNode = this as never;
  }
}

export class FakeText extends FakeNode {
  override nodeType = 3;
  constructor(public data = "") {
    super();
  }

  text(): string {
    return this.data;
  }
}

export class FakeElement extends FakeNode {
  readonly namespaceURI = "http://www.w3.org/1999/xhtml";
  readonly attributes = new Map<string, string>();
  constructor(readonly localName: string) {
    super();
  }

  setAttribute(name: string, value: string) {
    this.attributes.set(name, value);
  }

  removeAttribute(name: string) {
    this.attributes.delete(name);
  }

  /** As markup, without attributes. */
  text(): string {
    return `<${this.localName}>${this.childNodes.map((one) => one.text()).join("")}</${this.localName}>`;
  }
}

/** All operations by their groups, with a field that narrows them down. */
import { useEffect, useRef, useState } from "preact/hooks";
import { filterGroups, type Description } from "../description";
import { Icon } from "./icon";
import { Method } from "./method";

interface Props {
  description: Description;
  chosen: string | null;
}

export function Sidebar({ description, chosen }: Props) {
  const [sought, setSought] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);
  const groups = filterGroups(description.groups, sought);
  const count = groups.reduce((sum, { operations }) => sum + operations.length, 0);

  useEffect(() => {
    const seek = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyped(event.target)) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", seek);
    return () => document.removeEventListener("keydown", seek);
  }, []);
  useEffect(() => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [chosen]);

  const links = () => [...(list.current?.querySelectorAll("a") ?? [])];
  const step = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const place = links().indexOf(document.activeElement as HTMLAnchorElement);
    if (place + by < 0) field.current?.focus();
    else links()[place + by]?.focus();
  };
  const keyInField = (event: KeyboardEvent) => {
    if (event.key === "Escape") setSought("");
    else if (event.key === "Enter") links()[0]?.click();
    else step(event);
  };

  return (
    <div class="sidebar">
      <header class="pane-header">
        <a class="home" href="#">
          <span class="mark" aria-hidden="true">
            <Icon name="mark" size={18} />
          </span>
          API
        </a>
        <span class="version">{description.version}</span>
      </header>
      <div class="filter" role="search">
        <Icon name="search" size={16} />
        <input
          ref={field}
          type="search"
          aria-label="Filter the operations"
          aria-keyshortcuts="/"
          placeholder="Filter"
          autocomplete="off"
          spellcheck={false}
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
          onKeyDown={keyInField}
        />
        {sought === "" && (
          <kbd class="keycap" aria-hidden="true">
            /
          </kbd>
        )}
      </div>
      <p class="unseen" role="status">
        {sought && `${count} ${count === 1 ? "operation" : "operations"}`}
      </p>
      <nav ref={list} class="rows" aria-label="Operations" onKeyDown={step}>
        {groups.map(({ tag, operations }) => (
          <section key={tag} aria-label={tag}>
            <h2 class="section-title">{tag}</h2>
            <ul>
              {operations.map(({ id, method, path, summary }) => (
                <li key={id}>
                  <a class="entry" href={`#${id}`} title={summary} aria-current={id === chosen ? "page" : undefined}>
                    <Method method={method} />
                    <Path path={path} />
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {count === 0 && (
          <p class="rows-empty">
            <strong>Nothing has all of these words</strong>
            Try a part of an address, such as “chat”.
          </p>
        )}
      </nav>
    </div>
  );
}

/** The address; what all have in common recedes. */
function Path({ path }: { path: string }) {
  const rest = path.replace(/^\/api(?=\/)/, "");
  return (
    <span class="entry-path">
      {rest !== path && <span class="entry-common">/api</span>}
      {rest}
    </span>
  );
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

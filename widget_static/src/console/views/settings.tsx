/** The settings of administrators: entrances and agents on one side, what is set of the chosen one on the other. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import type { Entrance, House, StaffMember } from "../desk/settings";
import { entranceText, staffText } from "../text/settings";
import { EntranceForm } from "./entrance_form";
import { Icon } from "./icon";
import { StaffForm } from "./staff_form";

type Chosen = { kind: "entrance"; id: string } | { kind: "staff"; id: number } | null;

export function Settings({ desk, onClose }: { desk: Desk; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [house, setHouse] = useState<House | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Chosen>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    void desk.settings.load().then((loaded) => {
      if (!loaded.ok) return setRefusal(loaded.sentence);
      setHouse(loaded.value);
      const [first] = loaded.value.entrances;
      // On a phone the list comes first.
      if (first && !matchMedia("(width < 760px)").matches) setChosen({ kind: "entrance", id: first.id });
    });
  }, []);
  const close = () => dialog.current?.close();
  const goBack = () => {
    setChosen(null);
    queueMicrotask(() => dialog.current?.querySelector<HTMLElement>(".settings-item")?.focus());
  };
  const entrance = house?.entrances.find(({ id }) => chosen?.kind === "entrance" && chosen.id === id);
  const member = house?.staff.find(({ id }) => chosen?.kind === "staff" && chosen.id === id);
  return (
    <dialog
      ref={dialog}
      class="sheet settings"
      aria-labelledby="settings-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="sheet-head">
        <h2 id="settings-title">Routing and alerts</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {refusal && (
        <p class="settings-empty" role="alert">
          {refusal}
        </p>
      )}
      {house && (
        <div class="settings-body" data-chosen={chosen !== null}>
          <nav class="settings-list" aria-label="What to set">
            <Group title="Entrances">
              {house.entrances.map((one) => (
                <Item
                  key={one.id}
                  name={one.name}
                  words={entranceText(one)}
                  isChosen={one === entrance}
                  onChoose={() => setChosen({ kind: "entrance", id: one.id })}
                />
              ))}
            </Group>
            <Group title="Agents">
              {house.staff.map((one) => (
                <Item
                  key={one.id}
                  name={one.name}
                  words={staffText(one)}
                  isChosen={one === member}
                  onChoose={() => setChosen({ kind: "staff", id: one.id })}
                />
              ))}
            </Group>
          </nav>
          {entrance && (
            <EntranceForm
              key={`entrance-${entrance.id}`}
              desk={desk}
              entrance={entrance}
              teams={house.teams}
              onSaved={(saved) => setHouse({ ...house, entrances: replaced(house.entrances, saved) })}
              onBack={goBack}
            />
          )}
          {member && (
            <StaffForm
              key={`staff-${member.id}`}
              desk={desk}
              member={member}
              teams={house.teams}
              onSaved={(saved) => setHouse({ ...house, staff: replaced(house.staff, saved) })}
              onBack={goBack}
            />
          )}
        </div>
      )}
    </dialog>
  );
}

function replaced<Thing extends Entrance | StaffMember>(things: readonly Thing[], saved: Thing): Thing[] {
  return things.map((one) => (one.id === saved.id ? saved : one));
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

interface ItemProps {
  name: string;
  words: string;
  isChosen: boolean;
  onChoose(): void;
}

function Item({ name, words, isChosen, onChoose }: ItemProps) {
  return (
    <li>
      <button type="button" class="settings-item" aria-current={isChosen ? "true" : undefined} onClick={onChoose}>
        <bdi>{name}</bdi>
        <span>{words}</span>
      </button>
    </li>
  );
}

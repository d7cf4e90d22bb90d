/** Who is there, before a chat begins, and a message for those who are away. */
import type { Scene } from "../scene";
import { Form, type Field } from "./form";
import { fill } from "../words";

export function IntroForm({ scene: { profile, words, acts } }: { scene: Scene }) {
  return (
    <div class="screen">
      <h3 class="form-title">{words.introTitle}</h3>
      {profile._prechat > 0 && <p class="sentence">{words.introExplained}</p>}
      <Form
        fields={profile._prechat ? personFields(words, profile._prechat > 1) : []}
        action={words.newChatName}
        words={words}
        terms={profile._consent}
        send={(person) => acts.introduce(person)}
      />
    </div>
  );
}

export function OfflineForm({ scene: { state, profile, words, acts } }: { scene: Scene }) {
  const fields: Field[] = [
    ...personFields(words, true),
    { name: "message", label: words.message, type: "area", isNeeded: true, text: state.draft },
  ];
  return (
    <>
      <p class="sentence">{words.leaveExplained}</p>
      <Form
        fields={fields}
        action={words.leaveMessage}
        words={words}
        terms={profile._consent}
        send={({ message = "", ...person }) => {
          acts.write(message);
          acts.introduce({ ...person, offline: true });
        }}
      />
      {state.refusal && <p class="wrong">{state.refusal}</p>}
    </>
  );
}

function personFields(words: Scene["words"], isNeeded: boolean): Field[] {
  const label = (name: string) => (isNeeded ? name : fill(words.optional, name));
  return [
    { name: "name", label: label(words.name), type: "text", isNeeded },
    { name: "email", label: label(words.email), type: "email", isNeeded },
  ];
}

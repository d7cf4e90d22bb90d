/** Files that are dropped anywhere on the conversation go with the reply. */
import { useState } from "preact/hooks";

export function useFileDrop(isOpen: boolean, onFiles: (files: File[]) => void) {
  const [isOver, setOver] = useState(false);
  const carriesFiles = (event: DragEvent) => isOpen && event.dataTransfer?.types.includes("Files");
  return {
    "data-drop": isOver,
    onDragOver: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      // Moving between the parts of the conversation is no leaving.
      const within = event.relatedTarget instanceof Node && (event.currentTarget as Node).contains(event.relatedTarget);
      if (!within) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      onFiles([...(event.dataTransfer?.files ?? [])]);
    },
  };
}

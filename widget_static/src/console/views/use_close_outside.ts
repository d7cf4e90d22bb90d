/** Menus close when one goes on elsewhere. */
import { useEffect } from "preact/hooks";

/** A press or the focus elsewhere closes. */
export function useCloseOutside(
  isOpen: boolean,
  place: { current: HTMLElement | null },
  close: () => void,
): void {
  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) close();
    };
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("focusin", closeOutside);
    };
  }, [isOpen]);
}

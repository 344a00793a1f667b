import { useEffect, useId, useLayoutEffect, useRef, type ReactNode } from "react";

/** A modal dialog: focus goes in, stays in, and returns; Escape closes where `onClose` is given. */
export function Dialog({ title, onClose, children, wide = false }: { title: string; onClose?: (() => void) | undefined; children: ReactNode; wide?: boolean }) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // A layout effect ends while the dialog is still in the page: once it is gone, closing it gives no focus back.
  useLayoutEffect(() => {
    const dialog = ref.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  // Else the browser focuses the first control, which may be at the far end of a long text.
  useEffect(() => ref.current!.querySelector("h2")?.focus(), [title]);
  return (
    <dialog
      ref={ref}
      className={wide ? "dialog wide" : "dialog"}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <h2 id={heading} tabIndex={-1}>{title}</h2>
      {children}
    </dialog>
  );
}

import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Dialog } from "../../ui/Dialog";
import { Problem } from "./parts";

/** A button that first says what will happen, and stays open with the reason if it did not. */
export function Confirm({
  label,
  title,
  verb,
  act,
  children,
}: {
  label: string;
  title: string;
  verb: string;
  act: () => Promise<unknown>;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const mutation = useMutation({ mutationFn: act, onSuccess: () => setOpen(false) });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{label}</Button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          {children}
          {mutation.isError && <Problem error={mutation.error} what="Nothing was changed." />}
          <div className="buttons">
            <Button variant="filled" loading={mutation.isPending} onClick={() => mutation.mutate()}>
              {verb}
            </Button>
            <Button onClick={() => setOpen(false)}>Leave it as it is</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

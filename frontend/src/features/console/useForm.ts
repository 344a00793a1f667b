/** What a person typed, and the server's complaint about each field of it until that field is changed. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../api/client";

export function useForm<Values extends object, Result>(initial: Values, send: (values: Values) => Promise<Result>, onDone: (result: Result) => void) {
  const [values, setValues] = useState(initial);
  const [changed, setChanged] = useState<Set<string>>(new Set());
  const sending = useMutation({ mutationFn: send, onSuccess: onDone, onMutate: () => setChanged(new Set()) });
  const fields = sending.error instanceof ApiError ? sending.error.fields : {};
  return {
    values,
    sending,
    set: <K extends keyof Values & string>(name: K, value: Values[K]) => {
      setValues((before) => ({ ...before, [name]: value }));
      setChanged((before) => new Set(before).add(name));
    },
    error: (name: string) => (changed.has(name) ? undefined : fields[name]),
    submit: (event: React.FormEvent) => {
      event.preventDefault();
      sending.mutate(values);
    },
  };
}

/** Signing in again on the page, which keeps everything as it is. */
import { useState, type FormEvent } from "react";
import { signIn } from "../../api/annotate";
import type { Me } from "../../api/types";
import { t } from "../../text/strings";

export function SignIn({ me }: { me: Me }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get("password") as string;
    setBusy(true);
    setProblem("");
    try {
      // Whatever waits tries again, as when the connection is back.
      if ((await signIn(me.username, password)) === me.id) window.dispatchEvent(new Event("online"));
      else setProblem(t.session.wrong);
    } catch {
      setProblem(t.session.unreachable);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="banner" aria-label={t.session.signIn} onSubmit={(event) => void send(event)}>
      <p role="status">
        <b>{t.session.title}.</b> {t.session.body}{" "}
        <a href="/sign-in" target="_blank" rel="noreferrer">
          {t.session.elsewhere}
        </a>
      </p>
      <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
      <label>
        {t.session.password(me.username)} <input type="password" name="password" autoComplete="current-password" required aria-invalid={problem !== ""} />
      </label>
      <button type="submit" className="quiet" disabled={busy}>
        {t.session.signIn}
      </button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}

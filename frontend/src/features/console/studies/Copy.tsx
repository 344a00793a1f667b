import { Button } from "@mantine/core";
import { useState } from "react";
import { Scroll } from "../Scroll";

/** Text to be taken elsewhere: it can be copied at once, and selected where the browser lets nobody copy. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState<boolean | null>(null);
  return (
    <div className="copy">
      <Scroll label={label} className="json">
        {text}
      </Scroll>
      <Button
        size="xs"
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => setDone(true),
            () => setDone(false),
          );
        }}
      >
        Copy the {label}
      </Button>
      <span role="status" className="soft">
        {done === true && "Copied."}
        {done === false && "This browser does not let us; select it above."}
      </span>
    </div>
  );
}

/** Whose judgements these are, hidden until somebody asks. */
import { useState } from "react";
import { getAdjudication, type AdjudicationDetail } from "../../../api/console";
import { Confirm } from "../Confirm";
import { duration, moment, number } from "../format";
import { letter, type Case } from "./cases";

export function People({ about }: { about: Case }) {
  const [shown, setShown] = useState<AdjudicationDetail["annotations"] | null>(null);
  if (!shown) {
    return (
      <Confirm label="Show names and times" title="Show who judged, and when?" verb="Show" act={async () => setShown((await getAdjudication(about.detail.id, true)).annotations)}>
        <p>To know whose judgement it is may sway yours. That you looked is noted.</p>
      </Confirm>
    );
  }
  return (
    <ul className="people">
      {shown.map(({ id, who }) => {
        const person = about.detail.annotations.findIndex((each) => each.id === id);
        return (
          <li key={id}>
            <strong>{letter(person)}</strong> {who?.pseudonym}, weight {number(who?.weight)}
            {who?.submitted_at && `, ${moment(who.submitted_at)}`}
            {who?.active_seconds != null && `, ${duration(who.active_seconds)}`}
          </li>
        );
      })}
    </ul>
  );
}

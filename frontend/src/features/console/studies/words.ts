/** What states and kinds are called where people read them. */
import type { PersonStudy } from "../../../api/people";
import type { PaymentState, Study, StudyState } from "../../../api/studies";

export const PARTS: Record<PersonStudy["state"], string> = {
  working: "at work",
  completed: "completed",
  screened_out: "not qualified",
  stopped: "stopped early",
  returned: "place given back",
  timed_out: "timed out",
  withdrawn: "taken back",
};

export const KINDS: Record<PersonStudy["payments"][number]["kind"], string> = {
  reward: "reward",
  screen_out: "for the qualification",
  part: "for a part",
  bonus: "bonus",
  top_up: "top-up",
};

export const STATES: Record<StudyState, { name: string; says: string }> = {
  draft: { name: "draft", says: "Nobody can come in yet, and everything can still be changed." },
  open: { name: "open", says: "People can come in. What they were promised stays as it is." },
  closed: { name: "closed", says: "Nobody new comes in. Whoever is in may finish." },
};

export const PROVIDERS: Record<Study["provider"], string> = { link: "Links and any platform that takes a code", prolific: "Prolific" };

export const PAYMENTS: Record<PaymentState, string> = {
  proposed: "proposed",
  approved: "approved",
  sending: "being sent",
  sent: "paid",
  failed: "failed",
  cancelled: "cancelled",
};

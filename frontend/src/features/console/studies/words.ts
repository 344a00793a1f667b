/** What states and kinds are called where people read them. */
import type { PersonStudy } from "../../../api/people";

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

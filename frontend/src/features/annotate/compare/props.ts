import type { Work } from "../../../state/annotation";
import type { DeskAction } from "../../../state/desk";
import type { Item } from "../item";

/** What the comparison of the responses, whichever way it is made, is given. */
export type CompareProps = { item: Item; work: Work; dispatch: (action: DeskAction) => void };

/** Short names for what the server sends and takes; the schema is generated from its own. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["MeOutput"];
export type Project = Schemas["MyProject"];
export type Assignment = Schemas["Assignment"];
export type ResponseText = Schemas["AssignedResponse"];
export type ErrorType = Schemas["ErrorType"];
export type SpanInput = Schemas["SpanRequest"];
/** What is asked for on the desk, and how. */
export type Task = Schemas["Task"];
export type Question = Schemas["Question"];
export type Submission = Schemas["SubmissionRequest"];
export type Submitted = Schemas["AssignmentSubmitOutput"];
/** What stands between the person and the work, and what they have done. */
export type Standing = Schemas["DeskReadOutput"];
export type Lesson = Schemas["LessonNextOutput"];
export type LessonPart = Lesson["part"];
/** How marks compare with the right ones; both null in the qualification. */
export type Checked = Schemas["AttemptSubmitOutput"];
export type FlagReason = Schemas["AssignmentFlagRequest"]["reason"];

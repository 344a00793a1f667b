/** Short names for what the server sends and takes. */
export type Project = { id: number; slug: string; name: string; role: "annotator" | "researcher" | "admin" };
export type Me = { id: number; username: string; pseudonym: string; projects: Project[] };
export type ErrorType = {
  key: string;
  name: string;
  badge: string;
  hotkey: string;
  definition: string;
  example_fits: string;
  example_not: string;
  target: "response" | "passages";
  needs: "antecedent" | "evidence" | null;
};
export type ErrorCategory = { key: string; code: string; name: string; types: ErrorType[] };
export type Taxonomy = { version: string; categories: ErrorCategory[] };
export type Passage = { title: string; sentences: string[] };
export type ResponseText = {
  index: number;
  text: string;
  sha256: string;
  length: number;
  segments: { sub_sentence: number[][]; sentence: number[][] };
};
export type Assignment = {
  id: number;
  leased_until: string;
  example: { id: string; question: string; passages: Passage[]; reference: string | null; responses: ResponseText[]; judged: number[] };
  taxonomy: Taxonomy;
  guideline: { version: string; body: string };
  draft: { revision: number; body: unknown } | null;
  display_order: number[];
  progress: { submitted: number; open: number };
};
export type SpanInput = {
  start: number;
  end: number;
  quote: string;
  type: string;
  antecedent: { start: number; end: number; quote: string } | null;
  evidence: { passage: number; sentence: number }[];
  explanation: string;
};
export type Submission = {
  client_id: string;
  judgements: {
    response: number;
    text_sha256: string;
    spans: SpanInput[];
    missing: { type: string; evidence: { passage: number; sentence: number }[]; note: string }[];
    corrected_text: string | null;
  }[];
  comparisons: { first: number; second: number; preferred: "first" | "second" | "tie" }[];
  active_seconds: number;
};
export type Submitted = { annotation_id: number; counted: boolean; replayed: boolean };

/** Every word that the annotate page says, in German. */
import type { Catalogue } from "./en";

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const de: Catalogue = {
  product: "Redpen",
  loading: "Der nächste Text wird geladen …",
  retry: "Noch einmal versuchen",
  close: "Schließen",
  cancel: "Abbrechen",

  top: {
    project: "Projekt",
    progressLabel: "Fortschritt",
    progress: (done: number, open: number) => `${done} abgegeben · noch ${open > 1000 ? "über 1000" : open}`,
    help: "Hilfe",
    console: "Konsole",
    signOut: "Abmelden",
    skip: "Überspringen",
  },

  saved: {
    busy: "Wird gespeichert …",
    just: "Gerade gespeichert",
    ago: (seconds: number) => {
      if (seconds < 60) return `Vor ${seconds} s gespeichert`;
      return seconds < 3600 ? `Vor ${Math.floor(seconds / 60)} min gespeichert` : "Vor längerem gespeichert";
    },
    local: "In diesem Browser aufgehoben, noch nicht auf dem Server",
    nothing: "Noch nichts zu speichern",
  },

  question: "Frage",
  response: "Antwort",
  responseNamed: (letter: string) => `Antwort ${letter}`,
  passages: "Quellen",
  panels: "Anzeigen",
  passageTitle: (passage: number) => `Quelle ${passage}`,
  noPassages: "Zu diesem Beispiel gibt es keine Quellen.",
  reference: "Musterantwort",
  sentenceShort: (passage: number, sentence: number) => `Q${passage} S${sentence}`,

  text: {
    label: (name: string) => `${name}: Text zum Markieren`,
    help: "Die Pfeiltasten gehen von Wort zu Wort und von Satz zu Satz, Umschalt erweitert, S nimmt den Satz, eine Zifferntaste markiert ihn. Das Fragezeichen zeigt alle Tasten.",
    selected: (quote: string) => `Ausgewählt: ${quote}`,
    empty: "Diese Antwort ist leer.",
  },

  hint: {
    idle: "Markieren Sie, was falsch ist: erst die Wörter auswählen, dann sagen, was daran falsch ist.",
    selected: "Sagen Sie jetzt, was an diesen Wörtern falsch ist.",
    open: "Klicken Sie auch auf das letzte Wort, oder sagen Sie, was an diesem falsch ist.",
    brush: (type: string) => `Jede Auswahl wird zu „${type}“. Esc beendet das.`,
    antecedent: "Wählen Sie die früheren Wörter aus, die hier wiederholt werden. Enter übernimmt, Esc bricht ab.",
    evidence: "Wählen Sie die Sätze der Quellen, die das zeigen (E geht dorthin). Esc, wenn Sie fertig sind.",
    evidenceMissing: "Wählen Sie die Sätze der Quellen, die in der Antwort fehlen (E geht dorthin). Esc, wenn Sie fertig sind.",
  },

  notice: {
    marked: "Markiert.",
    missing: "Fehlende Angabe hinzugefügt.",
    removed: "Entfernt. Strg+Z holt es zurück.",
    changed: "Geändert.",
    antecedent_set: "Frühere Wörter übernommen.",
    antecedent_not_earlier: "Diese Wörter stehen nicht vor der Markierung. Wählen Sie frühere.",
    undone: "Rückgängig gemacht.",
    redone: "Wiederhergestellt.",
  },

  tools: {
    types: "Was an den Wörtern falsch ist",
    sentence: "Satz",
    clause: "Teilsatz",
    undo: "Rückgängig",
    redo: "Wiederholen",
    missing: "Fehlende Angabe hinzufügen",
    clean: "An dieser Antwort ist nichts falsch",
  },

  cards: {
    title: "Markierungen",
    none: "Noch keine Markierungen.",
    missing: "Fehlende Angabe",
    type: "Was falsch ist",
    missingType: "Was fehlt",
    untyped: "Fehlende Angabe: welche?",
    endBack: "Ende ein Wort zurück",
    endOn: "Ende ein Wort weiter",
    startBack: "Anfang ein Wort zurück",
    startOn: "Anfang ein Wort weiter",
    start: "Anfang",
    end: "Ende",
    remove: "Entfernen",
    antecedent: "Wiederholt",
    noAntecedent: "frühere Wörter noch nicht gewählt",
    chooseAntecedent: "Frühere Wörter wählen",
    evidence: "Zeigt sich in",
    missingEvidence: "Ausgelassen",
    noEvidence: "noch kein Satz gewählt",
    chooseEvidence: "Sätze wählen",
    done: "Fertig",
    removeSentence: (passage: number, sentence: number) => `: Quelle ${passage}, Satz ${sentence} entfernen`,
  },

  correction: {
    title: "Berichtigte Antwort",
    label: "Die Antwort ohne ihre Fehler, so wenig wie möglich geändert",
    changes: "Was Sie geändert haben",
    unchanged: "Noch nichts geändert.",
    reset: "Neu von der Antwort ausgehen",
    added: "hinzugefügt",
    removed: "entfernt",
  },

  ranking: {
    title: "Die Antworten vergleichen",
    explain: "Die beste steht oben. Schieben Sie eine Antwort nach oben oder unten; ein Schritt zwischen zwei Plätze ist ein Gleichstand.",
    notYet: "Noch nicht geordnet: alle gelten als gleich gut, bis Sie eine verschieben.",
    place: (n: number) => `Platz ${n}`,
    tied: "gleichauf",
    up: (letter: string) => `Antwort ${letter} nach oben`,
    down: (letter: string) => `Antwort ${letter} nach unten`,
    equal: "Sie sind gleich gut",
    moved: (letter: string, place: number, ties: string) => `Antwort ${letter}: Platz ${place}${ties ? `, gleichauf mit ${ties}` : ""}.`,
    list: "Antworten, die beste zuerst",
  },

  submit: {
    button: "Abgeben und weiter",
    busy: "Wird abgegeben …",
    ready: "Bereit zum Abgeben",
    left: (n: number) => `Noch ${plural(n, "Punkt", "Punkte")} zu erledigen`,
    list: "Noch zu erledigen",
    rules: {
      say_something: "Markieren, was falsch ist, oder sagen, dass nichts falsch ist",
      correct: "Die Antwort berichtigen",
      antecedent: (what: string) => `${what}: die früheren Wörter wählen, die wiederholt werden`,
      evidence: (what: string) => `${what}: die Sätze der Quellen wählen`,
      missing_type: "Sagen, welche Art von Angabe fehlt",
      rank: "Die Antworten ordnen, oder sagen, dass sie gleich gut sind",
    },
    failed: "Ihre Arbeit wurde nicht angenommen",
    offline: "Keine Verbindung. Ihre Arbeit ist aufgehoben und wird abgeschickt, sobald Sie wieder online sind.",
    submitted: "Abgegeben.",
  },

  offline: "Sie sind offline. Arbeiten Sie ruhig weiter: alles wird in diesem Browser aufgehoben und später gesendet.",
  expired: {
    title: "Ihre Zeit für diesen Text ist abgelaufen",
    body: "Ihre Arbeit ist in diesem Browser aufgehoben. Sie können noch abgeben, wenn niemand sonst den Text übernommen hat.",
  },
  final: {
    assignment_expired: {
      title: "Ihre Zeit für diesen Text ist abgelaufen",
      body: "Inzwischen hat ihn jemand anderes übernommen, deshalb können Sie ihn nicht mehr abgeben. Ihre Arbeit bleibt in diesem Browser, bis Sie weitergehen.",
    },
    assignment_released: { title: "Dieser Text wurde zurückgegeben", body: "Er wurde übersprungen, hier oder in einem anderen Tab, und kann nicht mehr abgegeben werden." },
    already_submitted: { title: "Schon abgegeben", body: "Ihre Arbeit an diesem Text war schon angekommen." },
    idempotency_mismatch: {
      title: "Schon abgegeben",
      body: "Eine frühere Fassung Ihrer Arbeit war angekommen, obwohl die Verbindung abbrach, bevor wir das sagen konnten. Sie zählt; spätere Änderungen zählen nicht.",
    },
    next: "Zum nächsten Text",
  },
  conflict: {
    title: "Dieser Text wurde an zwei Stellen bearbeitet",
    body: "Wählen Sie die Fassung, mit der Sie weiterarbeiten. Die andere wird verworfen.",
    here: "Dieser Browser",
    server: "Auf dem Server gespeichert",
    newer: "neuer",
    at: (time: string) => `Letzte Änderung ${time}`,
    holds: (marks: number, missing: number, corrected: boolean) =>
      `${plural(marks, "Markierung", "Markierungen")}, ${plural(missing, "fehlende Angabe", "fehlende Angaben")}, ${corrected ? "mit" : "ohne"} Berichtigung`,
    keepHere: "Mit der aus diesem Browser weiter",
    keepServer: "Mit der vom Server weiter",
  },
  skip: {
    title: "Diesen Text überspringen",
    body: "Er geht zurück, damit ihn jemand anderes bearbeiten kann. Was Sie daran getan haben, wird verworfen.",
    reason: "Warum?",
    reasons: { cannot_judge: "Ich kann ihn nicht beurteilen", harmful: "Er ist verstörend oder schädlich", broken: "Er ist kaputt oder unlesbar", other: "Ein anderer Grund" },
    confirm: "Überspringen",
  },
  empty: {
    title: "Gerade gibt es nichts zu markieren",
    body: "Alle Texte dieses Projekts sind erledigt oder bei jemand anderem. Neue kommen, wenn eine Runde dazukommt oder jemand einen Text zurückgibt.",
    check: "Noch einmal nachsehen",
    submitted: (n: number) => `Sie haben ${plural(n, "Text", "Texte")} abgegeben. Vielen Dank.`,
  },
  noProject: { title: "Hier ist kein Projekt für Sie", body: "Sie sind angemeldet, gehören aber nicht zu diesem Projekt. Bitten Sie die Projektleitung, Sie aufzunehmen.", other: "Ihre Projekte" },
  error: {
    title: "Das hat nicht geklappt",
    kept: "Was Sie getan haben, ist in diesem Browser aufgehoben.",
    broken: "Diese Seite ist kaputtgegangen. Laden Sie sie neu, um dort weiterzumachen, wo Sie waren.",
    reload: "Neu laden",
  },
  session: { title: "Sie sind abgemeldet", body: "Melden Sie sich wieder an, um weiterzumachen; was Sie getan haben, ist in diesem Browser aufgehoben.", signIn: "Anmelden" },

  help: {
    title: "So wird markiert",
    order: "Passen zwei, nehmen Sie, was zuerst kommt. Markieren Sie so wenige Wörter wie möglich, je Markierung eine Angabe.",
    fits: "Passt",
    not: "Passt nicht",
    guideline: "Leitfaden",
    keysTitle: "Tasten",
    keysScope: "Sie wirken, solange der Text, eine Markierung oder die Quellen den Fokus haben.",
    keys: [
      ["← →", "Wort davor, Wort danach (mit Umschalt: erweitern)"],
      ["↑ ↓", "Satz davor, Satz danach (mit Umschalt: erweitern)"],
      ["S, D", "Satz, Teilsatz nehmen (noch einmal: einen mehr)"],
      ["1 – 9", "sagen, was falsch ist; ohne Auswahl: für jede folgende Auswahl"],
      ["[ ]", "Ende der Markierung verschieben"],
      ["{ }", "ihren Anfang verschieben"],
      ["Entf", "Markierung entfernen"],
      ["Enter", "frühere Wörter übernehmen; Markierung öffnen"],
      ["E", "zu den Sätzen der Quellen; Leertaste wählt, Esc geht zurück"],
      ["M", "fehlende Angabe hinzufügen"],
      ["C", "zur Berichtigung"],
      ["N", "nichts ist falsch"],
      ["F", "diesen Text überspringen"],
      ["Strg+Z, Strg+Umschalt+Z", "rückgängig, wiederholen"],
      ["Strg+Enter", "abgeben"],
      ["?", "diese Hilfe"],
    ],
  },
};

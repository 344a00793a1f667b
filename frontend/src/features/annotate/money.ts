import { language } from "../../text/strings";

/** An amount as the reader's language writes it; a code that is no currency stands beside the number. */
export function money(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat(language(), { style: "currency", currency }).format(amount);
  } catch {
    return `${amount.toFixed(2)} ${currency}`;
  }
}

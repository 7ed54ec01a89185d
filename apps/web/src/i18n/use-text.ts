import { useObservable } from "../session/observable.js";
import { currentLocale, translate } from "./locale.js";

/** Texts in the language that is shown; the component is drawn anew when that changes. */
export function useText(): typeof translate {
  useObservable(currentLocale);
  return translate;
}

import type { CborValue } from "@redoubt/base";
import type { GenericSchema } from "valibot";
import type { Chance } from "./chance.js";

/** What of a schema's or an action's form is read here. */
interface Form {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Form[];
  readonly items?: readonly Form[];
  readonly item?: Form;
  readonly wrapped?: Form;
  readonly literal?: CborValue;
  readonly requirement?: number;
}

const most = 200;

/**
 * A value that a schema of the wire admits, as far as lengths and bounds go.
 *
 * @throws Error for a schema of a form that is not known here: then this file has to learn it
 */
export function sampleOf(chance: Chance, schema: GenericSchema): CborValue {
  return sample(chance, schema as unknown as Form);
}

function sample(chance: Chance, form: Form): CborValue {
  const bound = (type: string) => form.pipe?.find((part) => part.type === type)?.requirement;
  const length = () => {
    const [least, longest] = [bound("min_length") ?? 0, Math.min(bound("max_length") ?? most, most)];
    return bound("length") ?? least + chance.below(longest - least + 1);
  };
  switch (form.type) {
    case "tuple":
      return (form.items ?? []).map((item) => sample(chance, item));
    case "array":
      return Array.from({ length: Math.min(length(), 4) }, () => sample(chance, form.item as Form));
    case "nullable":
      return chance.once(2) ? null : sample(chance, form.wrapped as Form);
    case "literal":
      return form.literal as CborValue;
    case "boolean":
      return chance.once(2);
    case "number": {
      const least = bound("min_value") ?? 0;
      const span = Math.min((bound("max_value") ?? Number.MAX_SAFE_INTEGER) - least, 2 ** 31);
      return least + (chance.once(4) ? span : chance.below(Math.min(span, 300) + 1));
    }
    case "string":
      return Array.from({ length: Math.max(1, Math.min(length(), 32)) }, () => chance.pick([..."abcxyz019_"])).join("");
    case "custom":
      return chance.bytes(length());
    default:
      throw new Error(`no sample of a schema of type ${form.type}`);
  }
}

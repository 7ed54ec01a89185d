import { type ReactNode, useId } from "react";

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly icon?: ReactNode;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: T) => void;
}

/** A row that chooses one of a few. */
export function Choice<T extends string>(props: ChoiceProps<T>) {
  const { label, hint, icon, value, options, isDisabled = false, onChange } = props;
  const id = useId();
  return (
    <div className="flex items-center gap-4 px-5 py-3">
      {icon && <span className="text-muted">{icon}</span>}
      <label htmlFor={id} className="min-w-0 flex-1">
        {label}
        {hint && <span className="block text-small text-muted">{hint}</span>}
      </label>
      <select
        id={id}
        value={value}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.value as T)}
        className="max-w-40 rounded-medium border border-line bg-raised px-2.5 py-1.5 disabled:opacity-60"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

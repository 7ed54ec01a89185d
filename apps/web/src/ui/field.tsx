import { type ComponentProps, type ReactNode, useId } from "react";

interface FieldProps extends ComponentProps<"input"> {
  readonly label: string;
  /** Says more, or what is wrong. */
  readonly hint?: ReactNode;
  readonly isBad?: boolean;
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}

/** A labelled line of input. */
export function Field({ label, hint, isBad = false, before, after, className = "", ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-small font-semibold text-ink">
        {label}
      </label>
      <div
        className={`flex items-center gap-2 rounded-medium border bg-raised px-3.5 focus-within:outline-2 focus-within:outline-offset-1 ${isBad ? "border-danger focus-within:outline-danger" : "border-line focus-within:outline-accent"}`}
      >
        {before}
        <input
          {...rest}
          id={id}
          aria-invalid={isBad || undefined}
          aria-describedby={`${id}-hint`}
          className="h-11 min-w-0 flex-1 bg-transparent text-body text-ink outline-none"
        />
        {after}
      </div>
      <div
        id={`${id}-hint`}
        aria-live="polite"
        className={`mt-1.5 min-h-5 text-small ${isBad ? "text-danger" : "text-muted"}`}
      >
        {hint}
      </div>
    </div>
  );
}

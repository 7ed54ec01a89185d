import type { ComponentProps, ReactNode } from "react";
import { Spinner } from "./spinner.js";

const looks = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong disabled:bg-sunken disabled:text-muted",
  quiet: "bg-transparent text-accent hover:bg-accent-soft disabled:text-muted",
  plain: "border border-line bg-surface text-ink hover:bg-hover disabled:text-muted",
  danger: "bg-danger text-on-danger hover:opacity-90 disabled:bg-sunken disabled:text-muted",
} as const;

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: keyof typeof looks;
  /** Shows that what it stands for is under way, and takes no further press. */
  readonly isBusy?: boolean;
}

export function Button({ look = "primary", isBusy = false, className = "", children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={`inline-flex min-h-10 items-center justify-center gap-2 rounded-medium px-4 py-2 font-semibold transition-colors ${looks[look]} ${className}`}
    >
      {isBusy && <Spinner />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does: its name for those who cannot see the icon, and its tooltip. */
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ label, className = "", children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`inline-flex size-10 shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-50 ${className}`}
    >
      {children}
    </button>
  );
}

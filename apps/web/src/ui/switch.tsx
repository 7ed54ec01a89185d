import { type ReactNode, useId } from "react";

interface SwitchProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly icon?: ReactNode;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** A row that turns something on and off. */
export function Switch({ label, hint, icon, isOn, isDisabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-4 px-5 py-3">
      {icon && <span className="text-muted">{icon}</span>}
      <div className="min-w-0 flex-1">
        <div id={id}>{label}</div>
        {hint && (
          <p id={`${id}-hint`} className="text-small text-muted">
            {hint}
          </p>
        )}
      </div>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-labelledby={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        disabled={isDisabled}
        onClick={() => onChange(!isOn)}
        className={`relative h-6.5 w-11 shrink-0 rounded-full transition-colors disabled:opacity-50 ${isOn ? "bg-accent" : "bg-muted/60"}`}
      >
        <span
          className={`absolute start-0.5 top-0.5 size-5.5 rounded-full bg-raised shadow-bubble transition-transform ${isOn ? "translate-x-4.5 rtl:-translate-x-4.5" : ""}`}
        />
      </button>
    </div>
  );
}

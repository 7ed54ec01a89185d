import { Mark } from "../ui/mark.js";

/** For the moment in which the engine starts. */
export function Splash() {
  return (
    <div className="flex h-full items-center justify-center">
      <span className="animate-shimmer">
        <Mark size={72} />
      </span>
    </div>
  );
}

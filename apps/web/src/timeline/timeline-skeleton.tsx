const widths = ["55%", "38%", "62%", "30%", "48%", "70%", "42%"] as const;

/** What stands where messages will be, for the moment until they were read. */
export function TimelineSkeleton() {
  return (
    <div
      aria-hidden="true"
      className="mx-auto flex min-h-0 w-full max-w-3xl flex-1 flex-col justify-end gap-3 overflow-hidden p-5"
    >
      {widths.map((width, i) => (
        <div
          key={width}
          style={{ width }}
          className={`h-11 animate-shimmer rounded-bubble ${i % 3 === 1 ? "self-end bg-mine/60" : "bg-theirs/70"}`}
        />
      ))}
    </div>
  );
}

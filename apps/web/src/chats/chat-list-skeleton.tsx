const rows = [0, 1, 2, 3, 4, 5, 6] as const;

export function ChatListSkeleton() {
  return (
    <div aria-hidden="true" className="flex-1 overflow-hidden px-4">
      {rows.map((row) => (
        <div key={row} className="flex h-[74px] animate-shimmer items-center gap-3">
          <div className="size-12 rounded-[0.95rem] bg-sunken" />
          <div className="flex-1 space-y-2">
            <div className="h-3.5 rounded-full bg-sunken" style={{ width: `${40 + ((row * 17) % 30)}%` }} />
            <div className="h-3 rounded-full bg-sunken" style={{ width: `${60 + ((row * 23) % 35)}%` }} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** Our own line signs on a 20-unit square, for the page and for the map alike. */
export const PATHS = {
  lock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  eye: "M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10zM10 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  next: "M8 4l6 6-6 6",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.5 13.5L17.5 17.5",
  list: "M3 5h14M3 10h14M3 15h14",
  map: "M7.5 4L2.5 6v10l5-2 5 2 5-2V4l-5 2zM7.5 4v10M12.5 6v10",
  clash: "M7.6 13.2a5.2 5.2 0 1 1 0-6.4M12.4 6.8a5.2 5.2 0 1 1 0 6.4M10 8.2v3.6",
  send: "M3 10h11M10 5.5L14.5 10 10 14.5M17 4v12",
  edit: "M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2z",
  undo: "M7 4.5L3.5 8 7 11.5M3.5 8H12a4 4 0 0 1 0 8H8",
  moon: "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z",
  sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10 1.8v2.4M10 15.8v2.4M1.8 10h2.4M15.8 10h2.4M4.2 4.2l1.7 1.7M14.1 14.1l1.7 1.7M15.8 4.2l-1.7 1.7M5.9 14.1l-1.7 1.7",
  out: "M8 3.5H4v13h4M12 6l4 4-4 4M16 10H7.5",
  import: "M10 3v9.5M6.2 8.8L10 12.6l3.8-3.8M3.5 13v3.5h13V13",
  layers: "M10 3l7.5 4L10 11 2.5 7zM2.5 10.5l7.5 4 7.5-4M2.5 13.8l7.5 4 7.5-4",
  pin: "M10 18s5.5-5.2 5.5-9.3a5.5 5.5 0 1 0-11 0C4.5 12.8 10 18 10 18zM10 10.6a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  check: "M4 10.5l4 4 8-9",
  clock: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 5.5V10l3 2",
  warn: "M10 3L18 16.5H2zM10 8v4M10 14v.4",
  grade: "M4 16V8M8 16V5M12 16v-6M16 16V3",
  minus: "M4 10h12",
  signed: "M3.5 14.5c2-5 3.5-8 5-8s-1.5 8 .5 8 2.5-4 4-4 .5 3 3.5 2.5M3 17.5h14",
  user: "M10 9.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6zM3.5 17.2c.6-3.6 3.2-5.4 6.5-5.4s5.9 1.8 6.5 5.4",
  route: "M4.5 16a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM15.5 7a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM6 14.5h6.5a2.7 2.7 0 0 0 0-5.4h-5a2.7 2.7 0 0 1 0-5.4H14",
  incident: "M10 2.5v4M10 13.5v4M2.5 10h4M13.5 10h4M4.7 4.7l2.8 2.8M12.5 12.5l2.8 2.8M15.3 4.7l-2.8 2.8M7.5 12.5l-2.8 2.8",
  activity: "M3 15.5l4-8 4 5 3-7 3 4M3 15.5h0",
  post: "M5 18V3M5 3.5h10l-3 3.5 3 3.5H5",
  holding: "M5 18V3M5 3.5h10v7H5",
  site: "M10 2.5l6.5 2.3v5c0 4-2.8 6.6-6.5 7.9-3.7-1.3-6.5-3.9-6.5-7.9v-5zM10 6.5v6M7 9.5h6",
  watch: "M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10zM10 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z",
  sector: "M6 3H3v14h3M14 3h3v14h-3",
  unit: "M2.5 5h15v10h-15zM2.5 5l15 10M17.5 5l-15 10",
  note: "M4 3h12v14H4zM7 7h6M7 10h6M7 13h3",
} as const;

export type IconName = keyof typeof PATHS;

/** The sign of a record kind; kinds of a newer node get the plain one. */
export const kindIcon = (kind: string): IconName => (kind in PATHS ? (kind as IconName) : "note");

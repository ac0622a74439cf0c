// Which part of the percentiles is seen: its two ends in nines, of as many as the curves reach to (`end`). Without a
// page, so that a test can ask.
"use strict";

const TAIL = 2; // 99 %

// Around a place, which stays where it is; as far as the curves reach.
function nearer([from, to], place, factor, end) {
  const middle = Math.min(Math.max(place, from), to);
  return [Math.max(0, middle - (middle - from) * factor), Math.min(end, middle + (to - middle) * factor)];
}

// By a share of what is seen, as wide as it was.
function moved([from, to], share, end) {
  const start = Math.min(Math.max(from + (to - from) * share, 0), end - (to - from));
  return [start, start + to - from];
}

// From 99 % on; null where no curve reaches so far.
const tail = (end, least) => end >= TAIL + least ? [TAIL, end] : null;

// What was seen before, of other curves; null where that is nothing of them, or all.
function kept(view, end, least) {
  if (!view || view[0] > end - least) return null;
  return [view[0], Math.min(view[1], end)];
}

const isAll = ([from, to], end) => from <= 0 && to >= end;

module.exports = {nearer, moved, tail, kept, isAll};

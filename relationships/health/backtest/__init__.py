"""How well the score has ranked what followed, asked at past days with only what was known then.

Case: a client with a running lead, not lost, on a tested day. Its score is that of the current model on the rows that
were on record by then (`past`). Without a score it is counted and left out of every ranking, so that all signals are
compared on the same cases.

Bad: lost within 180 days (on day 180 at the latest), or revenue of the 6 calendar months after that of the day at most
half of the 6 complete months before it (`outcomes`). Only days whose 180 days and 6 months are over are tested
(`days`). A case whose revenue is not on record that far, and that was not lost, cannot be decided and is left out.

Signals: the score; days since the last contact that reached the client (never: since somebody began to lead it); the
newest rating by the lead of that day, where there is one.
"""

import type { IssueSummary } from '@noinit/api';
import type { IssueRow } from '@noinit/store';
import { timeText } from './times.ts';

export function issueSummary({ firstSeen, lastSeen, ...row }: IssueRow): IssueSummary {
  return { ...row, firstSeen: timeText(firstSeen), lastSeen: timeText(lastSeen) };
}

import { readFileSync } from 'node:fs';

/** What the kernel says of processes; null where it has no /proc (anything but Linux). */

/** Linux fixes the unit of these fields for all programs (USER_HZ, `man 5 proc`). */
const TICK_MS = 10;

/**
 * Time on the processor since their start, user and system, all threads, in milliseconds.
 * @param pids processes that are running
 */
export function cpuMsOf(pids: readonly number[]): number | null {
  if (process.platform !== 'linux') return null;
  return pids.reduce((sum, pid) => sum + cpuTicks(readFileSync(`/proc/${pid}/stat`, 'utf8')), 0) * TICK_MS;
}

/** @param stat content of /proc/PID/stat; the program's name, in parentheses, may hold anything */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields 14 and 15, utime and stime; the first after the name is field 3.
  return Number(fields[11]) + Number(fields[12]);
}

/** The largest resident set of any of the processes so far, in bytes. */
export function peakResidentBytesOf(pids: readonly number[]): number | null {
  if (process.platform !== 'linux') return null;
  return Math.max(...pids.map((pid) => peakResidentBytes(readFileSync(`/proc/${pid}/status`, 'utf8'))));
}

/** @param status content of /proc/PID/status */
export function peakResidentBytes(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

/** What the processes have in memory together now, in bytes. */
export function residentBytesOf(pids: readonly number[]): number | null {
  if (process.platform !== 'linux') return null;
  return pids.reduce((sum, pid) => sum + residentBytes(readFileSync(`/proc/${pid}/status`, 'utf8')), 0);
}

/** @param status content of /proc/PID/status */
export function residentBytes(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

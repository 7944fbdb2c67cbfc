import { add, addBusinessDays, differenceInCalendarDays, eachDayOfInterval, endOfMonth, format, formatDistance, formatISO, intervalToDuration, isValid, parse, parseISO, startOfWeek } from "date-fns";
import { de, ja } from "date-fns/locale";

const DATE = new Date(2026, 10, 23, 21, 5, 9);

export function dateFns() {
  return {
    format: format(DATE, "yyyy-MM-dd HH:mm:ss EEEE do MMMM, 'week' I, QQQ"),
    german: format(DATE, "PPPP p", { locale: de }),
    japanese: format(DATE, "PPP", { locale: ja }),
    days: differenceInCalendarDays(new Date(2026, 11, 25), DATE),
    added: formatISO(add(DATE, { months: 3, days: 8, hours: 5 })),
    "end of month": formatISO(endOfMonth(new Date(2028, 1, 3)), { representation: "date" }),
    "start of week": formatISO(startOfWeek(DATE, { weekStartsOn: 1 }), { representation: "date" }),
    business: formatISO(addBusinessDays(DATE, 5), { representation: "date" }),
    distance: [formatDistance(new Date(2026, 0, 1), DATE, { addSuffix: true }), formatDistance(DATE, new Date(2026, 10, 24), { locale: de })],
    interval: eachDayOfInterval({ start: new Date(2026, 1, 27), end: new Date(2026, 2, 1) }).map((day) => format(day, "MM-dd")),
    duration: intervalToDuration({ start: new Date(2024, 1, 29), end: DATE }),
    parsed: parse("28.02.2026 10:30", "dd.MM.yyyy HH:mm", new Date(0)),
    iso: parseISO("2026-02-28T10:00:00+02:00"),
    invalid: isValid(parse("31.02.2026", "dd.MM.yyyy", new Date(0))),
  };
}

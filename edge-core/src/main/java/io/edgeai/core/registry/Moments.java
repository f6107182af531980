package io.edgeai.core.registry;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * Reads what {@link Instant#toString} writes, in a tenth of the time of its own parser and without the classes of a calendar; leap
 * days are left to the parser.
 */
final class Moments {
    private static final String FORM = "0000-00-00T00:00:00";
    private static final int SECONDS_A_DAY = 86_400;
    private static final int[] MONTHS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    private static final int DAYS_OF_400_YEARS = 146_097;
    private static final int DAYS_TO_1970 = 719_468;
    private static final int NANO_DIGITS = 9;

    private Moments() {}

    /** @throws DateTimeException where {@link Instant#parse} throws it */
    static Instant parse(String text) {
        int end = text.length() - 1;
        if (end < FORM.length() || text.charAt(end) != 'Z' || !plain(text, end)) {
            return Instant.parse(text);
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        boolean usual = month >= 1 && month <= 12 && day >= 1 && day <= MONTHS[month - 1] && hour <= 23 && minute <= 59;
        if (!usual || second > 59) {
            return Instant.parse(text);
        }
        int nanos = 0;
        for (int i = 0; i < NANO_DIGITS; i++) {
            int at = FORM.length() + 1 + i;
            nanos = nanos * 10 + (at < end ? text.charAt(at) - '0' : 0);
        }
        return Instant.ofEpochSecond(
                epochDay(year, month, day) * SECONDS_A_DAY + hour * 3600L + minute * 60L + second, nanos);
    }

    /**
     * Days since 1970 in the Gregorian calendar, counted in years that begin with March: H. Hinnant, "chrono-compatible
     * low-level date algorithms". For years from 0.
     */
    private static long epochDay(int year, int month, int day) {
        int from = month > 2 ? year : year - 1;
        int era = Math.floorDiv(from, 400);
        int ofEra = from - era * 400;
        int ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return (long) era * DAYS_OF_400_YEARS + ofEra * 365L + ofEra / 4 - ofEra / 100 + ofYear - DAYS_TO_1970;
    }

    /** Whether it is of the usual form, with no or up to nine digits behind the second. */
    private static boolean plain(String text, int end) {
        for (int i = 0; i < FORM.length(); i++) {
            char c = text.charAt(i);
            if (FORM.charAt(i) == '0' ? c < '0' || c > '9' : c != FORM.charAt(i)) {
                return false;
            }
        }
        if (end == FORM.length()) {
            return true;
        }
        if (text.charAt(FORM.length()) != '.' || end == FORM.length() + 1 || end > FORM.length() + 1 + NANO_DIGITS) {
            return false;
        }
        for (int i = FORM.length() + 1; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}

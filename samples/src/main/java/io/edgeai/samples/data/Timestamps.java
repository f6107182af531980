package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Reads timestamps as people and machines write them. Stateless and thread-safe. */
public final class Timestamps {
    /** Whole numbers from here on are milliseconds: as seconds they would lie after the year 5100. */
    private static final long MILLIS_FROM = 100_000_000_000L;

    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,16}(\\.\\d{1,9})?");
    private static final Pattern OFFSET = Pattern.compile(".*(Z|z|[-+]\\d\\d:?\\d\\d|[-+]\\d\\d)");

    private Timestamps() {}

    /**
     * Milliseconds since 1970 of an ISO 8601 date or date and time (with {@code T} or a space, UTC where it names no
     * offset), or of a number of seconds or milliseconds.
     *
     * @throws InvalidInputException for anything else
     */
    public static long epochMillis(String text) {
        String time = text.strip();
        try {
            if (NUMBER.matcher(time).matches()) {
                BigDecimal number = new BigDecimal(time);
                boolean millis = number.abs().compareTo(BigDecimal.valueOf(MILLIS_FROM)) >= 0;
                return (millis ? number : number.movePointRight(3)).longValue();
            }
            if (time.length() == 10) {
                return LocalDate.parse(time)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli();
            }
            if (time.length() > 10) {
                String iso = time.charAt(10) == ' ' ? time.substring(0, 10) + 'T' + time.substring(11) : time;
                if (!OFFSET.matcher(iso.substring(10)).matches()) {
                    return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
                }
                return OffsetDateTime.parse(colon(iso.replace(" ", "")))
                        .toInstant()
                        .toEpochMilli();
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidInputException("Timestamp (" + text + ") is no date or time. Maybe a part is missing.", e);
        }
        throw new InvalidInputException(
                "Timestamp (" + text + ") is no date or time. Maybe 2026-11-25T08:00:00Z or seconds since 1970.");
    }

    /** {@code +0200} and {@code +02} as {@code +02:00}. */
    private static String colon(String iso) {
        int sign = Math.max(iso.lastIndexOf('+'), iso.lastIndexOf('-'));
        int digits = iso.length() - sign - 1;
        if (iso.endsWith("Z") || iso.endsWith("z") || sign < 11) {
            return iso;
        }
        return digits == 2
                ? iso + ":00"
                : digits == 4 ? iso.substring(0, sign + 3) + ":" + iso.substring(sign + 3) : iso;
    }
}

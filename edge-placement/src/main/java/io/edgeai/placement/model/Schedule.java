package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The times of a week at which something is on or must run: windows by a clock that is a fixed offset ahead of UTC.
 * Windows may overlap; none at all means never. Immutable and thread-safe.
 */
public final class Schedule {
    static final int DAY_MINUTES = 1440;
    static final int WEEK_MINUTES = 7 * DAY_MINUTES;

    private static final Schedule ALWAYS =
            new Schedule(List.of(Window.daily(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT)), ZoneOffset.UTC);
    private static final Schedule NEVER = new Schedule(List.of(), ZoneOffset.UTC);

    private final List<Window> windows;
    private final ZoneOffset offset;
    /** Beginnings and ends in turn, in minutes of the UTC week from Monday; sorted, disjoint and not touching. */
    private final int[] bounds;

    private final int minutes;

    private Schedule(List<Window> windows, ZoneOffset offset) {
        this.windows = List.copyOf(windows);
        this.offset = wholeMinutes(offset);
        List<Span> spans = new ArrayList<>();
        for (Window window : windows) {
            for (DayOfWeek day : window.days()) {
                int local = (day.getValue() - 1) * DAY_MINUTES + window.from().toSecondOfDay() / 60;
                int from = Math.floorMod(local - offset.getTotalSeconds() / 60, WEEK_MINUTES);
                int to = from + window.minutes();
                spans.add(new Span(from, Math.min(to, WEEK_MINUTES)));
                if (to > WEEK_MINUTES) {
                    spans.add(new Span(0, to - WEEK_MINUTES));
                }
            }
        }
        this.bounds = joined(spans);
        this.minutes = minutes(bounds);
    }

    private record Span(int from, int to) {}

    private static int[] joined(List<Span> spans) {
        spans.sort(Comparator.comparingInt(Span::from));
        int[] bounds = new int[2 * spans.size()];
        int used = 0;
        for (Span span : spans) {
            if (used > 0 && span.from() <= bounds[used - 1]) {
                bounds[used - 1] = Math.max(bounds[used - 1], span.to());
            } else {
                bounds[used++] = span.from();
                bounds[used++] = span.to();
            }
        }
        return Arrays.copyOf(bounds, used);
    }

    public static Schedule always() {
        return ALWAYS;
    }

    /** At no time: a node that is off for good, or a workload that waits to be asked for. */
    public static Schedule never() {
        return NEVER;
    }

    /** The same times every day, in UTC; to the next day where {@code to} is not after {@code from}. */
    public static Schedule daily(LocalTime from, LocalTime to) {
        return of(List.of(Window.daily(from, to)));
    }

    /** Any windows, in UTC. */
    public static Schedule of(List<Window> windows) {
        return new Schedule(windows, ZoneOffset.UTC);
    }

    /** The same windows by the clock of a place that is so far ahead of UTC. */
    public Schedule at(ZoneOffset ahead) {
        return new Schedule(windows, ahead);
    }

    public List<Window> windows() {
        return windows;
    }

    public ZoneOffset offset() {
        return offset;
    }

    public boolean isAlways() {
        return bounds.length == 2 && bounds[0] == 0 && bounds[1] == WEEK_MINUTES;
    }

    public boolean isNever() {
        return bounds.length == 0;
    }

    /** Hours of a week, 0 to 168. */
    public double hoursPerWeek() {
        return minutes / 60.0;
    }

    /** Share of all time, 0 to 1. */
    public double share() {
        return minutes / (double) WEEK_MINUTES;
    }

    /** Whether that moment is one of its times. */
    public boolean includes(Instant moment) {
        long minute = Math.floorMod(Math.floorDiv(moment.getEpochSecond(), 60L) - 4L * DAY_MINUTES, WEEK_MINUTES);
        for (int s = 0; s < spans(); s++) {
            if (from(s) <= minute && minute < to(s)) {
                return true;
            }
        }
        return false;
    }

    /** Whether each of its times is one of another schedule too. */
    public boolean within(Schedule other) {
        int o = 0;
        for (int s = 0; s < spans(); s++) {
            while (o < other.spans() && other.to(o) < to(s)) {
                o++;
            }
            if (o == other.spans() || other.from(o) > from(s)) {
                return false;
            }
        }
        return true;
    }

    /** The times that both have, by this one's clock. */
    public Schedule and(Schedule other) {
        List<Span> both = new ArrayList<>();
        for (int s = 0; s < spans(); s++) {
            for (int o = 0; o < other.spans(); o++) {
                int from = Math.max(from(s), other.from(o));
                int to = Math.min(to(s), other.to(o));
                if (from < to) {
                    both.add(new Span(from, to));
                }
            }
        }
        return ofSpans(both);
    }

    /** The times that it does not have, by its clock. */
    public Schedule inverse() {
        List<Span> others = new ArrayList<>();
        int free = 0;
        for (int s = 0; s < spans(); s++) {
            if (free < from(s)) {
                others.add(new Span(free, from(s)));
            }
            free = to(s);
        }
        if (free < WEEK_MINUTES) {
            others.add(new Span(free, WEEK_MINUTES));
        }
        return ofSpans(others);
    }

    /** Windows of at most a day that make up the spans; those over the end of the week in one piece. */
    private Schedule ofSpans(List<Span> spans) {
        List<Span> pieces = new ArrayList<>(spans);
        int last = pieces.size() - 1;
        if (last > 0 && pieces.get(0).from() == 0 && pieces.get(last).to() == WEEK_MINUTES) {
            pieces.set(
                    last,
                    new Span(
                            pieces.get(last).from(),
                            WEEK_MINUTES + pieces.get(0).to()));
            pieces.remove(0);
        }
        WindowText.Pieces windows = new WindowText.Pieces();
        for (Span piece : pieces) {
            int ahead = offset.getTotalSeconds() / 60;
            windows.add(piece.from() + ahead, piece.to() + ahead);
        }
        return new Schedule(windows.windows(), offset);
    }

    int spans() {
        return bounds.length / 2;
    }

    int from(int span) {
        return bounds[2 * span];
    }

    int to(int span) {
        return bounds[2 * span + 1];
    }

    private static int minutes(int[] bounds) {
        int sum = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            sum += bounds[i + 1] - bounds[i];
        }
        return sum;
    }

    static ZoneOffset wholeMinutes(ZoneOffset offset) {
        if (offset.getTotalSeconds() % 60 != 0) {
            throw new InvalidInputException("Offset (" + offset + ") must be whole minutes ahead of UTC.");
        }
        return offset;
    }

    /** Equal where windows and offset are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Schedule schedule && windows.equals(schedule.windows) && offset.equals(schedule.offset);
    }

    @Override
    public int hashCode() {
        return 31 * windows.hashCode() + offset.hashCode();
    }

    /** For people: {@code "Mon-Fri 08:00 to 18:00 (UTC+01:00)"}, {@code "always"} or {@code "never"}. */
    @Override
    public String toString() {
        return isAlways() ? "always" : isNever() ? "never" : WindowText.of(windows, offset);
    }
}

package io.edgeai.placement.model;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Windows in words, and minutes of a week as windows. */
final class WindowText {
    private static final int DAYS = 7;

    private WindowText() {}

    static String of(List<Window> windows, ZoneOffset offset) {
        return windows.stream().map(WindowText::of).collect(Collectors.joining(", ")) + " (UTC"
                + (offset.equals(ZoneOffset.UTC) ? "" : offset.getId()) + ")";
    }

    private static String of(Window window) {
        String days = days(window.days());
        String times = window.from().equals(window.to()) && window.from().equals(LocalTime.MIDNIGHT)
                ? "all day"
                : window.from() + " to " + window.to();
        return days.isEmpty() ? times : days + " " + times;
    }

    /** {@code "Mon-Wed, Fri"}; nothing for all days. */
    private static String days(Set<DayOfWeek> days) {
        if (days.size() == DAYS) {
            return "";
        }
        List<String> runs = new ArrayList<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            if (days.contains(day) && (day == DayOfWeek.MONDAY || !days.contains(day.minus(1)))) {
                DayOfWeek last = day;
                while (last != DayOfWeek.SUNDAY && days.contains(last.plus(1))) {
                    last = last.plus(1);
                }
                runs.add(day == last ? name(day) : name(day) + "-" + name(last));
            }
        }
        return String.join(", ", runs);
    }

    private static String name(DayOfWeek day) {
        return day.getDisplayName(TextStyle.SHORT, Locale.ROOT);
    }

    /** Collects times of a week; those that begin and end alike become one window. */
    static final class Pieces {
        private final Map<List<LocalTime>, Set<DayOfWeek>> days = new LinkedHashMap<>();

        /** Minutes from some Monday; what is longer than a day is cut at midnights. */
        void add(int from, int to) {
            int at = from;
            while (to - at > Schedule.DAY_MINUTES) {
                int midnight = at + Schedule.DAY_MINUTES - Math.floorMod(at, Schedule.DAY_MINUTES);
                put(at, midnight);
                at = midnight;
            }
            if (at < to) {
                put(at, to);
            }
        }

        private void put(int from, int to) {
            DayOfWeek day = DayOfWeek.MONDAY.plus(Math.floorDiv(from, Schedule.DAY_MINUTES));
            days.computeIfAbsent(List.of(time(from), time(to)), times -> EnumSet.noneOf(DayOfWeek.class))
                    .add(day);
        }

        private static LocalTime time(int minute) {
            return LocalTime.ofSecondOfDay(60L * Math.floorMod(minute, Schedule.DAY_MINUTES));
        }

        List<Window> windows() {
            List<Window> windows = new ArrayList<>();
            days.forEach((times, on) -> windows.add(new Window(on, times.get(0), times.get(1))));
            return windows;
        }
    }
}

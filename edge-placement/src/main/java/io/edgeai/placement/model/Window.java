package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.Set;

/**
 * One time of a day, on some days of the week.
 *
 * @param days on which it begins, at least one
 * @param from when it begins, in whole minutes
 * @param to when it ends, in whole minutes; the next day where that is not after {@code from}, so equal times make 24
 *     hours
 */
public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    public Window {
        days = Set.copyOf(days);
        if (days.isEmpty()) {
            throw new InvalidInputException("Window (" + from + " to " + to + ") has no days. Maybe use Window.daily.");
        }
        for (LocalTime time : new LocalTime[] {from, to}) {
            if (time.getSecond() != 0 || time.getNano() != 0) {
                throw new InvalidInputException("Time (" + time + ") of a window must be a whole minute.");
            }
        }
    }

    /** Every day. */
    public static Window daily(LocalTime from, LocalTime to) {
        return new Window(EnumSet.allOf(DayOfWeek.class), from, to);
    }

    /** From Monday to Friday. */
    public static Window workdays(LocalTime from, LocalTime to) {
        return new Window(EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY), from, to);
    }

    /** How long it lasts, 1 to 1440. */
    int minutes() {
        int minutes = to.toSecondOfDay() / 60 - from.toSecondOfDay() / 60;
        return minutes > 0 ? minutes : minutes + Schedule.DAY_MINUTES;
    }
}

package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Season;

/** What is usual by half hour of the UTC day, or of the week where that fits better. */
final class CalendarSeason implements Season, Flowing {
    private static final int DAY_SLOTS = 48;
    private static final int WEEK_SLOTS = 336;

    private final SeasonProfile day = new SeasonProfile(DAY_SLOTS, 6);
    private final SeasonProfile week = new SeasonProfile(WEEK_SLOTS, 3);
    private final RunningSize dayResidual = new RunningSize();
    private final RunningSize weekResidual = new RunningSize();
    private double expectedDay;
    private double expectedWeek;

    /** The half hour of the UTC day. */
    static int slotOfDay(long millis) {
        return (int) (Math.floorMod(millis, DAY_SLOTS * SeasonProfile.SLOT_MILLIS) / SeasonProfile.SLOT_MILLIS);
    }

    @Override
    public double expected(long millis, double otherwise) {
        expectedDay = day.expected(millis, otherwise);
        expectedWeek = week.expected(millis, expectedDay);
        boolean weekly = week.knows(millis) && weekResidual.mean() < dayResidual.mean();
        return weekly ? expectedWeek : expectedDay;
    }

    @Override
    public void learn(long millis, double value, double intervalSeconds) {
        if (week.knows(millis)) {
            dayResidual.learn(value - expectedDay);
            weekResidual.learn(value - expectedWeek);
        }
        double rowsPerSlot = SeasonProfile.SLOT_MILLIS * 1e-3 / intervalSeconds;
        day.learn(millis, value, expectedDay, rowsPerSlot);
        week.learn(millis, value, expectedWeek, rowsPerSlot);
    }

    @Override
    public void state(StateFlow flow) {
        day.state(flow);
        week.state(flow);
        dayResidual.state(flow);
        weekResidual.state(flow);
    }
}

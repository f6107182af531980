package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;

/**
 * The threshold for combined surprises at which a series gives as many false alarms as are accepted. What it is at first
 * depends on how often rows come (set on data of one and of five minutes, interpolated between, and raised for quicker
 * ones). Then the series says itself: its surprises at ten, thirty and a hundred times the accepted rate, where hardly any
 * anomalies are, are continued to that rate by a curve that steepens with their own steepness. Anomalies are far above
 * that and few, so they move it little. Fine rows have a least threshold, which falls where it is hardly ever reached.
 * Where the budget is far above the rate of anomalies, the alerts of the past are counted instead. Looked at every
 * {@value #EVERY} rows.
 */
final class BudgetThreshold {
    private static final double SECONDS_A_DAY = 86_400;
    private static final int EVERY = 50;
    private static final double COARSE = 3.35;
    private static final double FINE = 6.05;
    private static final double CEILING = 3;
    private static final double COARSE_CEILING = 1.2;
    private static final double CLUMP = 1.5; // of the refractory time: what comes closer is one event
    private static final double MEMORY = 4; // of the times in which one false alarm is accepted, as is the next
    private static final double COARSE_MEMORY = 10;
    private static final double SHORTEST_MEMORY = 0.5;
    private static final double MEMORY_OF_AGE = 0.4; // since surprises grow while their scales are learnt
    private static final double FLOOR = 0.8; // of the least threshold, for tails that are lighter than usual
    private static final double RARE =
            0.2; // of the budget, which rows have to keep below a threshold before it is lowered
    private static final double OFTEN = 0.7; // the same where many were counted
    private static final double KNOWN_FROM = 2.5; // times in which one false alarm is accepted
    private static final double KNOWN_AFTER = 2;
    private static final double STEEPENING = 1.7; // of the curve, for each step; more for finer rows
    private static final double COARSE_PRIOR = 20;
    private static final double FINE_PRIOR = 0.2;

    private final double perDay;
    private final double large; // 0 for a budget of 0.1 a day or less, 1 from 0.32 a day on
    private final ThresholdLadder ladder = new ThresholdLadder();
    private double threshold;
    private int until;
    private long age;
    private double seconds;
    private long refractory;

    BudgetThreshold(FalseAlarmBudget budget) {
        this.perDay = budget.perDay();
        this.large = Math.min(
                1,
                Math.max(
                        0, 2 * Math.log10(perDay / FalseAlarmBudget.ofDefaults().perDay())));
    }

    /** 0 for rows of five minutes or more, 1 for rows of a minute or less. */
    static double fineness(double intervalSeconds) {
        return Math.min(1, Math.max(0, Math.log(300 / intervalSeconds) / Math.log(5)));
    }

    /** Accepted false alarms for each row. */
    double chance(double intervalSeconds) {
        return perDay * intervalSeconds / SECONDS_A_DAY;
    }

    /** Rows between two alerts: 100 to 30, fewer where more are accepted. */
    long refractory(double intervalSeconds) {
        if (intervalSeconds != seconds) {
            seconds = intervalSeconds;
            double rows = Math.round(100 - 70 * fineness(intervalSeconds));
            refractory = (long) Math.max(1, Math.min(rows, 0.3 / chance(intervalSeconds)));
        }
        return refractory;
    }

    /** Learns the next surprise and gives the threshold for it. */
    double next(double surprise, double intervalSeconds) {
        double pause = CLUMP * refractory(intervalSeconds);
        double chance = chance(intervalSeconds);
        if (!ladder.begun()) {
            ladder.begin(prior(intervalSeconds) / chance, usual(intervalSeconds), chance, 1 / pause);
        }
        age++;
        ladder.add(surprise, pause, memory(chance, fineness(intervalSeconds)));
        if (--until <= 0) {
            until = EVERY;
            threshold = judged(intervalSeconds, chance, pause);
        }
        return threshold;
    }

    private double memory(double chance, double fine) {
        double young = Math.max(SHORTEST_MEMORY / chance, MEMORY_OF_AGE * age);
        double coarse = COARSE_MEMORY / chance;
        return coarse + fine * (Math.min(MEMORY / chance, young) - coarse);
    }

    /**
     * The continued one, but where the budget is large no higher than what was counted; and at least the least, unless rows
     * of fine series hardly ever reached it.
     */
    private double judged(double intervalSeconds, double chance, double pause) {
        double fine = fineness(intervalSeconds);
        double ceiling = usual(intervalSeconds) * (COARSE_CEILING + (CEILING - COARSE_CEILING) * fine);
        double continued = Math.min(ceiling, extrapolated(chance, pause, intervalSeconds));
        double known = Math.min(1, Math.max(0, (age * chance - KNOWN_FROM) / KNOWN_AFTER));
        double counted = ladder.level((RARE + (OFTEN - RARE) * Math.max(large, known)) * chance);
        double least = least(intervalSeconds);
        double lowered = Math.max(FLOOR * least, Math.min(least, counted));
        return Math.max(continued - large * Math.max(0, continued - counted), least + fine * (lowered - least));
    }

    private double extrapolated(double chance, double pause, double intervalSeconds) {
        double fine = fineness(intervalSeconds);
        double steepening = STEEPENING + 0.35 * fine + quickness(intervalSeconds);
        double most = 1 / (2.9 * pause);
        double rate = Math.max(chance, Math.min(10 * chance, most / 3));
        double often = Math.min(3 * rate, most);
        double level = ladder.level(rate);
        if (often <= rate || rate <= chance) {
            return level;
        }
        double below = ladder.level(often);
        double step = (level - below) * Math.log(3) / Math.log(often / rate);
        double learnt = level + Math.log10(rate / chance) * step * (1 + steepening * step);
        double oftener = Math.min(10 * rate, most);
        if (oftener > 2.9 * often) {
            double bulk = below - ladder.level(oftener);
            learnt = Math.min(learnt, below + bulk * (1.6 + (2 + fine) * bulk * bulk));
        }
        return learnt;
    }

    private double usual(double intervalSeconds) {
        return Math.max(1, middle(intervalSeconds) + 3 * quickness(intervalSeconds));
    }

    private double least(double intervalSeconds) {
        double slow = Math.min(1, Math.max(0, Math.log(intervalSeconds / 300) / Math.log(12)));
        double coarse = 1 - fineness(intervalSeconds);
        return Math.max(1, middle(intervalSeconds) + 1.1 * quickness(intervalSeconds) - 0.15 * coarse - 0.5 * slow);
    }

    /** Between five minutes and one, moved by a decade of surprise for each decade of the budget. */
    private double middle(double intervalSeconds) {
        return COARSE
                + (FINE - COARSE) * fineness(intervalSeconds)
                + Math.log10(FalseAlarmBudget.ofDefaults().perDay() / perDay);
    }

    /** How much the first opinion counts: less where there are many rows to learn from. */
    private double prior(double intervalSeconds) {
        double fine = fineness(intervalSeconds);
        return (COARSE_PRIOR + (FINE_PRIOR - COARSE_PRIOR) * fine)
                * (1 - 0.75 * Math.min(1, quickness(intervalSeconds) / 0.778));
    }

    /** Decades by which rows come oftener than once a minute. */
    private static double quickness(double intervalSeconds) {
        return Math.max(0, Math.log10(60 / intervalSeconds));
    }

    void state(StateFlow flow) {
        ladder.state(flow);
        threshold = flow.real(threshold);
        until = flow.whole(until);
        age = flow.whole(age);
    }
}

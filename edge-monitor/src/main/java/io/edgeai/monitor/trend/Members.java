package io.edgeai.monitor.trend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Chooses the members of an ensemble for a series. */
final class Members {
    private static final double FORGETFUL = 300;
    private static final double LONGEST_LAG = 0.6;
    private static final int LEAST_FOR_MEDIAN = 3;

    private Members() {}

    /**
     * @param values without gaps
     * @param periods ascending; those too long for the history are left out
     * @param firstOrigin how many values each member has at least
     */
    static List<Member> of(double[] values, int[] periods, int firstOrigin) {
        int[] fitting = Arrays.stream(periods).filter(p -> 2 * p < firstOrigin).toArray();
        boolean positive = Arrays.stream(values).allMatch(v -> v > 0);
        double[] scaled = positive ? Arrays.stream(values).map(Math::log).toArray() : values;
        int shortest = fitting.length == 0 ? 1 : fitting[0];
        int longest = fitting.length == 0 ? 1 : fitting[fitting.length - 1];
        List<Member> members = new ArrayList<>();
        members.add(new SeasonalNaive(values, shortest));
        if (longest > shortest) {
            members.add(new SeasonalNaive(values, longest));
        }
        if (longest > 1 && LEAST_FOR_MEDIAN * longest <= firstOrigin) {
            members.add(new SeasonalMedian(values, longest));
        }
        if (longest > shortest && longest + shortest <= firstOrigin) {
            members.add(new LevelledSeason(values, shortest, longest, positive));
        }
        members.add(new HoltWinters(scaled, positive, fitting));
        members.add(new Theta(scaled, positive, longest));
        LagSets lags = new LagSets(fitting, (int) (LONGEST_LAG * firstOrigin));
        double ever = Double.POSITIVE_INFINITY;
        members.add(new RidgeAutoregression("usual", scaled, positive, lags.usual(), 1e-3, ever));
        members.add(new RidgeAutoregression("usual-free", scaled, positive, lags.usual(), 1e-4, ever));
        members.add(new RidgeAutoregression("usual-recent", scaled, positive, lags.usual(), 3e-3, FORGETFUL));
        members.add(new RidgeAutoregression("few", scaled, positive, lags.few(), 1e-3, ever));
        members.add(new RidgeAutoregression("wide", scaled, positive, lags.wide(), 1e-2, ever));
        members.add(new RidgeAutoregression("dense", scaled, positive, lags.dense(), 3e-3, ever));
        if (positive) {
            members.add(new RidgeAutoregression("usual-plain", values, false, lags.usual(), 1e-3, ever));
        }
        return members;
    }
}

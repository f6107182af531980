package io.edgeai.monitor.trend;

import java.util.ArrayList;
import java.util.List;

/**
 * What each member would have forecast at several origins in the past: the evidence for weights and intervals. Origins
 * are whole short periods apart, so an error at one horizon is of the same place in the period at each.
 */
final class Rehearsal {
    private static final int MOST_ORIGINS = 14;
    private static final double SHARPNESS = 6;

    private final double[] values;
    private final int horizon;
    private final List<Member> members;
    private final List<Integer> origins;
    private final double[][][] forecasts;

    private Rehearsal(double[] values, int horizon, List<Member> members, List<Integer> origins) {
        this.values = values;
        this.horizon = horizon;
        this.members = members;
        this.origins = origins;
        this.forecasts = new double[origins.size()][members.size()][];
    }

    static Rehearsal run(double[] values, int[] periods, int horizon) {
        List<Integer> origins = origins(values.length, periods, horizon);
        Rehearsal rehearsal = new Rehearsal(values, horizon, Members.of(values, periods, origins.get(0)), origins);
        for (int o = 0; o < origins.size(); o++) {
            for (int m = 0; m < rehearsal.members.size(); m++) {
                Member member = rehearsal.members.get(m);
                member.advanceTo(origins.get(o));
                rehearsal.forecasts[o][m] = member.forecast(rehearsal.length(o));
            }
        }
        return rehearsal;
    }

    /** Ascending, all in the second half, and where four short periods are left for it after two of the longest period. */
    static List<Integer> origins(int n, int[] periods, int horizon) {
        int season = periods.length == 0 ? 4 : 2 * periods[periods.length - 1] + periods[0];
        int room = n - Math.max(n / 2, Math.min(season, n - 4 * (periods.length == 0 ? 1 : periods[0])));
        int period = periods.length > 0 && periods[0] <= room ? periods[0] : 1;
        int stride = period * Math.max(1, (int) Math.round(horizon / (4.0 * period)));
        stride = Math.max(period, Math.min(stride, room / 4 / period * period));
        List<Integer> origins = new ArrayList<>();
        for (int k = Math.min(MOST_ORIGINS, Math.max(1, room / stride)); k >= 1; k--) {
            origins.add(n - k * stride);
        }
        return origins;
    }

    /** How many values after an origin are known. */
    private int length(int origin) {
        return Math.min(horizon, values.length - origins.get(origin));
    }

    /** The members, moved to the end of the series. */
    List<Member> atTheEnd() {
        members.forEach(member -> member.advanceTo(values.length));
        return members;
    }

    /** Shares of the members, falling with the sixth power of their mean absolute error. */
    double[] weights() {
        double[] errors = new double[members.size()];
        double least = Double.MAX_VALUE;
        for (int m = 0; m < errors.length; m++) {
            for (int o = 0; o < origins.size(); o++) {
                double sum = 0;
                for (int h = 0; h < length(o); h++) {
                    sum += Math.abs(forecasts[o][m][h] - values[origins.get(o) + h]);
                }
                errors[m] += sum / length(o);
            }
            errors[m] = Double.isFinite(errors[m]) ? errors[m] : Double.MAX_VALUE;
            least = Math.min(least, errors[m]);
        }
        double total = 0;
        for (int m = 0; m < errors.length; m++) {
            errors[m] = errors[m] <= least ? 1 : Math.pow(least / errors[m], SHARPNESS);
            total += errors[m];
        }
        for (int m = 0; m < errors.length; m++) {
            errors[m] /= total;
        }
        return errors;
    }

    /** Errors of the combination, by origin and by horizon; later origins have fewer. */
    double[][] errors(double[] weights) {
        double[][] errors = new double[origins.size()][];
        for (int o = 0; o < errors.length; o++) {
            errors[o] = new double[length(o)];
            for (int h = 0; h < errors[o].length; h++) {
                double combined = 0;
                for (int m = 0; m < weights.length; m++) {
                    combined += weights[m] == 0 ? 0 : weights[m] * forecasts[o][m][h];
                }
                errors[o][h] = values[origins.get(o) + h] - combined;
            }
        }
        return errors;
    }
}

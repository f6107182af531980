package io.edgeai.monitor.drift.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Mean of the Shiryaev–Roberts statistics for errors whose odds are 1.6, 2.1, 3, 4.5 and 8 times those of a baseline. Each
 * row multiplies each statistic, 1 added, by how much likelier the row is under its odds. Fields instead of arrays: the
 * loop over five takes twice the time.
 */
final class OddsMixture {
    private static final double[] ODDS = {1.6, 2.1, 3, 4.5, 8};

    private double first;
    private double second;
    private double third;
    private double fourth;
    private double fifth;
    private Gains right = new Gains(1, 1, 1, 1, 1);
    private Gains wrong = right;

    private record Gains(double first, double second, double third, double fourth, double fifth) {}

    /** Takes the next row and gives the mean. */
    double add(boolean error) {
        return add(error, 1);
    }

    /** The same of a row that counts for {@code weight} rows in the accepted false alarms. */
    double add(boolean error, double weight) {
        Gains gains = error ? wrong : right;
        first = (weight + first) * gains.first;
        second = (weight + second) * gains.second;
        third = (weight + third) * gains.third;
        fourth = (weight + fourth) * gains.fourth;
        fifth = (weight + fifth) * gains.fifth;
        return (first + second + third + fourth + fifth) * 0.2;
    }

    /**
     * From now on compares with another baseline.
     *
     * @param rate of errors
     * @param tempered exponent of the likelihoods, 1 for independent rows
     */
    void against(double rate, double tempered) {
        double[] rights = new double[ODDS.length];
        double[] wrongs = new double[ODDS.length];
        for (int j = 0; j < ODDS.length; j++) {
            double odds = rate / (1 - rate) * ODDS[j];
            double raised = odds / (1 + odds);
            rights[j] = Math.pow((1 - raised) / (1 - rate), tempered);
            wrongs[j] = Math.pow(raised / rate, tempered);
        }
        right = gains(rights);
        wrong = gains(wrongs);
    }

    private static Gains gains(double[] of) {
        return new Gains(of[0], of[1], of[2], of[3], of[4]);
    }

    void write(DataOutput out) throws IOException {
        for (double each : new double[] {first, second, third, fourth, fifth}) {
            out.writeDouble(each);
        }
    }

    void read(DataInput in) throws IOException {
        first = in.readDouble();
        second = in.readDouble();
        third = in.readDouble();
        fourth = in.readDouble();
        fifth = in.readDouble();
    }

    void restart() {
        first = 0;
        second = 0;
        third = 0;
        fourth = 0;
        fifth = 0;
    }
}

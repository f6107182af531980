package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The forecaster with its defaults on the hourly series of the M4 competition, 48 hours ahead. */
class M4HourlyIT {
    private static final double CEILING = 0.38;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Test
    void errorAndCoverageAreAsMeasured(TestReporter reporter) throws IOException {
        measure("24 and 168", Forecaster.builder().periods(24, 168).build(), Duration.ZERO, reporter);
    }

    @Test
    void periodsAreFoundWithoutBeingTold(TestReporter reporter) throws IOException {
        measure("found", Forecaster.ofDefaults(), Duration.ZERO, reporter);
        measure("found, of hours", Forecaster.ofDefaults(), Duration.ofHours(1), reporter);
    }

    private static void measure(String name, Forecaster forecaster, Duration step, TestReporter reporter)
            throws IOException {
        Map<String, double[]> histories = M4Hourly.read("train.csv");
        Map<String, double[]> futures = M4Hourly.read("test.csv");
        double[] ours = new double[2];
        double[] naive = new double[2];
        int inside = 0;
        long processor = 0;
        for (Map.Entry<String, double[]> entry : histories.entrySet()) {
            double[] history = entry.getValue();
            double[] actual = futures.get(entry.getKey());
            long begin = THREADS.getCurrentThreadCpuTime();
            Forecast forecast = forecaster.forecast(history, M4Hourly.HORIZON, step);
            processor += THREADS.getCurrentThreadCpuTime() - begin;
            ours[0] += M4Hourly.smape(actual, forecast.mean());
            ours[1] += M4Hourly.mase(history, actual, forecast.mean());
            naive[0] += M4Hourly.smape(actual, M4Hourly.naive2(history));
            naive[1] += M4Hourly.mase(history, actual, M4Hourly.naive2(history));
            for (int h = 0; h < actual.length; h++) {
                inside += actual[h] >= forecast.lower()[h] && actual[h] <= forecast.upper()[h] ? 1 : 0;
            }
        }
        double weighted = (ours[0] / naive[0] + ours[1] / naive[1]) / 2;
        double covered = inside / (double) (histories.size() * M4Hourly.HORIZON);
        reporter.publishEntry(
                "M4 hourly, periods " + name,
                "overall weighted average " + weighted + ", inside 95 % intervals " + covered + ", "
                        + processor / 1e6 / histories.size() + " ms of CPU a series");
        assertThat(weighted).as("overall weighted average").isLessThanOrEqualTo(CEILING);
        assertThat(covered).as("share inside intervals of 95 %%").isBetween(0.93, 0.97);
    }
}

package io.edgeai.monitor.trend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The hourly series of the M4 competition and its error measures, with Naive2 as reference. */
final class M4Hourly {
    static final int HORIZON = 48;
    private static final int SEASON = 24;

    private M4Hourly() {}

    static Map<String, double[]> read(String name) throws IOException {
        Path file = Path.of(System.getProperty("edgeai.testdata", "../shared/data"))
                .resolve("monitor/m4_hourly")
                .resolve(name);
        Assumptions.assumeTrue(Files.exists(file), "skipped: no monitor/m4_hourly in system property edgeai.testdata");
        Map<String, double[]> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.split(",");
            rows.put(
                    cells[0],
                    Arrays.stream(cells)
                            .skip(1)
                            .filter(cell -> !cell.isBlank())
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        }
        return rows;
    }

    /** Symmetric mean absolute percentage error. */
    static double smape(double[] actual, double[] forecast) {
        double sum = 0;
        for (int h = 0; h < actual.length; h++) {
            double size = Math.abs(actual[h]) + Math.abs(forecast[h]);
            sum += size > 0 ? 200 * Math.abs(actual[h] - forecast[h]) / size : 0;
        }
        return sum / actual.length;
    }

    /** Mean absolute error in units of the mean seasonal difference of the history. */
    static double mase(double[] history, double[] actual, double[] forecast) {
        double scale = 0;
        for (int t = SEASON; t < history.length; t++) {
            scale += Math.abs(history[t] - history[t - SEASON]) / (history.length - SEASON);
        }
        double sum = 0;
        for (int h = 0; h < actual.length; h++) {
            sum += Math.abs(actual[h] - forecast[h]);
        }
        return sum / actual.length / scale;
    }

    /** The last value without its season, times the season. */
    static double[] naive2(double[] history) {
        double[] season = season(history);
        int n = history.length;
        double[] out = new double[HORIZON];
        for (int h = 0; h < HORIZON; h++) {
            out[h] = history[n - 1] / season[(n - 1) % SEASON] * season[(n + h) % SEASON];
        }
        return out;
    }

    /** Classical multiplicative decomposition, only where the autocorrelation at 24 is significant at 90 %. */
    private static double[] season(double[] x) {
        double[] factors = new double[SEASON];
        Arrays.fill(factors, 1);
        double squares = 0;
        for (int lag = 1; lag < SEASON; lag++) {
            squares += Math.pow(correlation(x, lag), 2);
        }
        if (Math.abs(correlation(x, SEASON)) <= 1.645 * Math.sqrt((1 + 2 * squares) / x.length)) {
            return factors;
        }
        double[] sums = new double[SEASON];
        int[] counts = new int[SEASON];
        for (int t = SEASON / 2; t < x.length - SEASON / 2; t++) {
            double average = (x[t - SEASON / 2] + x[t + SEASON / 2]) / 2;
            for (int i = t - SEASON / 2 + 1; i < t + SEASON / 2; i++) {
                average += x[i];
            }
            sums[t % SEASON] += x[t] / (average / SEASON);
            counts[t % SEASON]++;
        }
        double total = 0;
        for (int i = 0; i < SEASON; i++) {
            factors[i] = sums[i] / counts[i];
            total += factors[i];
        }
        for (int i = 0; i < SEASON; i++) {
            factors[i] *= SEASON / total;
        }
        return factors;
    }

    private static double correlation(double[] x, int lag) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int t = 0; t < x.length; t++) {
            squares += (x[t] - mean) * (x[t] - mean);
            products += t >= lag ? (x[t] - mean) * (x[t - lag] - mean) : 0;
        }
        return squares > 0 ? products / squares : 0;
    }
}
